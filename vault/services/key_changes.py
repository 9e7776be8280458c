"""Applying `announce_key` and `change_slots`: generations, slots (spec §2.5, §5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.exceptions import Refusal
from vault.models import KeyPair, Slot
from vault.services.keyring import save_keyring
from vault.services.sessions import derive_verifier

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vault.companions import AnnounceKeyCompanion, ChangeSlotsCompanion
    from vault.items import AnnounceKeyItem, ChangeSlotsItem
    from vault.models import User
    from vault.slots import SlotForm


@dataclass(frozen=True, slots=True)
class PreparedSlots:
    """New slots with the verifiers of their login keys, which take time to derive."""

    keyring: bytes
    slots: list[SlotForm]
    verifiers: dict[str, str]


def prepare_slots(companion: ChangeSlotsCompanion) -> PreparedSlots:
    """Derive the verifiers; slow on purpose, so done before the transaction."""
    return PreparedSlots(companion.keyring, companion.slots, derive_verifiers(companion.login_keys))


def derive_verifiers(login_keys: Mapping[str, bytes]) -> dict[str, str]:
    """Return what is stored in place of login keys (32 bytes), by slot kind."""
    return {kind: derive_verifier(key) for kind, key in login_keys.items()}


def apply_announce_key(
    member: User,
    items: Sequence[AnnounceKeyItem],
    companions: Sequence[AnnounceKeyCompanion],
    now: datetime,
) -> None:
    """Store a new generation and the keyring that came with it. The caller holds the row.

    Raises Refusal `statement_invalid` for a generation that is not the next, `stale_keyring`.
    """
    for item, companion in zip(items, companions, strict=True):
        # A generation left out, or announced again, would put another key in the place of one.
        if item.generation != member.generation + 1:
            raise Refusal("statement_invalid", "The generation is not the next one.")
        save_keyring(member, item.keyring_revision, companion.keyring)
        store_key_pair(member, item.generation, item.public_key, item.not_after, now)
        member.generation = item.generation


def apply_change_slots(
    member: User,
    items: Sequence[ChangeSlotsItem],
    companions: Sequence[PreparedSlots],
    _now: datetime,
) -> None:
    """Put new slots in the place of all old ones, verifiers included. The caller holds the row.

    Raises Refusal `stale_keyring`.
    """
    for item, prepared in zip(items, companions, strict=True):
        save_keyring(member, item.keyring_revision, prepared.keyring)
        # What is left of an old slot would let the old password in again.
        Slot.objects.filter(user=member).delete()
        store_slots(member, prepared.slots, prepared.verifiers)


def store_slots(member: User, slots: list[SlotForm], verifiers: Mapping[str, str]) -> None:
    """Store the slots of a member who has none."""
    Slot.objects.bulk_create(
        Slot(
            user=member,
            kind=slot.kind,
            kdf=slot.kdf,
            sealed=slot.sealed,
            verifier=verifiers[slot.kind],
        )
        for slot in slots
    )


def store_key_pair(
    member: User, generation: int, public_key: bytes, not_after: int, now: datetime
) -> None:
    """Store the public half of a generation."""
    KeyPair.objects.create(
        user=member,
        generation=generation,
        public_key=public_key,
        not_after=not_after,
        announced_at=now,
    )
