"""Saving the sealed keyring: compare-and-swap on its revision (spec §2.3, §6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vault.exceptions import Refusal
from vault.models import Keyring

if TYPE_CHECKING:
    from vault.models import User


def save_keyring(member: User, revision: int, sealed: bytes) -> None:
    """Store a keyring as `revision`; the same bytes under the same revision again change nothing.

    Raises Refusal `stale_keyring` unless the revision follows the stored one: of two devices that
    save at once one must build on what the other saved, or a private key would be lost.
    """
    with transaction.atomic():
        stored = Keyring.objects.select_for_update().get(user=member)
        if revision == stored.revision and sealed == bytes(stored.sealed):
            return
        if revision != stored.revision + 1:
            raise Refusal("stale_keyring")
        stored.revision = revision
        stored.sealed = sealed
        stored.save(update_fields=["revision", "sealed"])
