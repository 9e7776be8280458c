"""A change of password as a client posts it: a new generation, keyring and slots (spec §2.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from audit import canonical
from tests.vault.drafts import hash_of, make_bytes
from tests.vault.member import Member, Signed
from tests.vault.refusals import code, state
from tests.vectors import cast
from vault.client.bytes import encode_base64
from vault.client.oaep import derive_public_key
from vault.client.passphrase import make_kdf
from vault.models import KeyPair, Keyring, MemberSession, Slot, User


def make_slots() -> list[dict[str, Any]]:
    """Return new slots as they travel."""
    recovery = {"algorithm": "hkdf-sha256"}
    return [
        {"kdf": kdf, "kind": kind, "sealed": encode_base64(make_bytes(60))}
        for kind, kdf in (("password", make_kdf()), ("recovery", recovery))
    ]


@dataclass
class Renewal:
    """What a member posts to change their password. Change a field, and it is a wrong one."""

    member: Member
    keyring: bytes = field(default_factory=lambda: make_bytes(540))
    slots: list[dict[str, Any]] = field(default_factory=make_slots)
    login_keys: dict[str, bytes] = field(
        default_factory=lambda: {"password": make_bytes(32), "recovery": make_bytes(32)}
    )

    def __post_init__(self) -> None:
        self.generation = self.member.generation + 1
        self.revision = self.member.revision + 1
        self.public_key = derive_public_key(cast.RECIPIENT)

    @property
    def named_keyring(self) -> dict[str, Any]:
        return {"hash": hash_of(self.keyring), "revision": self.revision}

    def announce(self, **changes: Any) -> Signed:
        """Sign the new generation."""
        item = {
            "generation": self.generation,
            "keyring": self.named_keyring,
            "not_after": 0,
            "public_key": encode_base64(self.public_key),
            **changes,
        }
        return self._sign("announce_key", item, {"keyring": encode_base64(self.keyring)})

    def change(self, after: Signed | None = None, **changes: Any) -> Signed:
        """Sign the new slots, `after` the statement that goes before in the same request."""
        named = [
            {"hash": hash_of(canonical.encode(slot)), "kind": slot["kind"]} for slot in self.slots
        ]
        item = {"keyring": self.named_keyring, "slots": named, **changes}
        place = {"prev": after.hash, "seq": self.member.seq + 2} if after else {}
        return self._sign("change_slots", item, self.companion(), **place)

    def companion(self) -> dict[str, Any]:
        return {
            "keyring": encode_base64(self.keyring),
            "login_keys": {kind: encode_base64(key) for kind, key in self.login_keys.items()},
            "slots": self.slots,
        }

    def both(self) -> list[Signed]:
        announced = self.announce()
        return [announced, self.change(announced)]

    def post(self) -> Any:
        """Post both in one request; the member goes on with the new keys if they were taken."""
        response = self.member.post(*self.both())
        if response.status_code == 201:
            self.member.login_keys = self.login_keys
            self.member.generation, self.member.revision = self.generation, self.revision
            # The session goes on under another key, and its token with it.
            self.member.refresh_token()
        return response

    def _sign(self, kind: str, item: Any, companion: Any, **place: Any) -> Signed:
        return self.member.signed(self.member.raw_statement(kind, [item], **place), [companion])


def keys() -> dict[str, Any]:
    """Return everything that a change of password replaces, and all that it must not touch."""
    return {
        "keyrings": {(row.pk, row.revision, bytes(row.sealed)) for row in Keyring.objects.all()},
        "slots": {(row.user_id, row.kind, row.verifier) for row in Slot.objects.all()},
        "pairs": set(KeyPair.objects.values_list("user", "generation")),
        "generations": set(User.objects.values_list("pk", "generation")),
        "sessions": set(MemberSession.objects.values_list("pk", "session_key", "is_restricted")),
        **state(),
    }


def refused(member: Member, expected: tuple[int, str], *signed: Any) -> None:
    before = keys()
    assert code(member.post(*signed)) == expected
    assert keys() == before
