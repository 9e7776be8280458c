"""Key slots: the vault key, sealed for one way of signing in (spec §2.2).

Mirror: static/js/core/slots.js.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from audit.canonical import Json
from vault.client.bytes import decode_base64, decode_uuid, encode_base64
from vault.client.canonical import encode_json, parse_fields
from vault.client.errors import PolicyError
from vault.client.fields import encode_context, parse_base64, parse_choice
from vault.client.hashes import hash_of
from vault.client.items import SLOT_KINDS
from vault.client.passphrase import Kdf, check_kdf
from vault.client.primitives import import_aead_key, open_aead, seal_aead

RECOVERY_ALGORITHM = "hkdf-sha256"
SEALED_LENGTH = 60


class RecoveryKdf(TypedDict):
    """The derivation of a recovery key: `hkdf-sha256`, without parameters."""

    algorithm: str


class Slot(TypedDict):
    """A slot as it travels; `kind` is `password` or `recovery`, `sealed` 60 bytes in base64url."""

    kdf: Kdf | RecoveryKdf
    kind: str
    sealed: str


def seal_slot(
    user: str, kind: str, kdf: Kdf | RecoveryKdf, unlock_key: bytes, vault_key: bytes
) -> Slot:
    """Return a slot; keys of 32 bytes, the user's UUID as text.

    Raises FormatError for another length or kind, PolicyError `policy_kdf` for a weak derivation.
    """
    sealed = seal_aead(import_aead_key(unlock_key), _aad(user, kind, kdf), vault_key)
    return parse_slot({"kdf": cast("Json", kdf), "kind": kind, "sealed": encode_base64(sealed)})


def parse_slot(value: Json) -> Slot:
    """Read a slot that a server serves.

    Raises FormatError unless it has its one form, PolicyError `policy_kdf` for a derivation that
    is none or weaker than the floor.
    """
    fields = parse_fields(value, _FIELDS)
    return cast("Slot", {**fields, "kdf": check_slot_kdf(fields["kind"], fields["kdf"])})


def check_slot_kdf(kind: str, kdf: object) -> Kdf | RecoveryKdf:
    """Hold the derivation that a server names for a kind of slot to the policy, before it is used.

    Raises PolicyError `policy_kdf`: a password below the floor, a recovery key by another way.
    """
    if kind == "password":
        return check_kdf(kdf)
    if kdf != {"algorithm": RECOVERY_ALGORITHM}:
        raise PolicyError("policy_kdf", "kdf: not that of a recovery key")
    return {"algorithm": RECOVERY_ALGORITHM}


def open_slot(user: str, slot: Slot, unlock_key: bytes) -> bytes:
    """Return the vault key of a slot that passed parse_slot, 32 bytes.

    Raises WrongKeyError: a wrong password, another user's slot, another kind or derivation than was
    sealed and an altered byte are one error.
    """
    aad = _aad(user, slot["kind"], slot["kdf"])
    sealed = decode_base64(slot["sealed"], SEALED_LENGTH)
    return open_aead(import_aead_key(unlock_key), aad, sealed)


def slot_hash(slot: Slot) -> str:
    """Return what a statement names a slot by: SHA-256 of its canonical JSON in hex."""
    return hash_of(encode_json(slot))


def _aad(user: str, kind: str, kdf: Kdf | RecoveryKdf) -> bytes:
    """Bind the derivation, so that a server cannot pass off a cheaper one as what was sealed."""
    decode_uuid(user)
    context = encode_json({"kdf": kdf, "kind": kind, "user": user})
    return encode_context("coffer/v1/slot", context)


_FIELDS: dict[str, Any] = {
    "kdf": lambda value: value,  # read by kind in parse_slot
    "kind": lambda value: parse_choice(value, SLOT_KINDS),
    "sealed": lambda value: parse_base64(value, SEALED_LENGTH),
}
