"""Key slots: what is sealed opens for its user, kind and derivation alone (spec §2.2)."""

from typing import Any

from tests.vectors.case import Vector, accepts, refuses, stream
from tests.vectors.vault import OWNER_ID, RECIPIENT_ID, changed, seal
from vault.client.bytes import encode_base64
from vault.client.canonical import encode_json
from vault.client.hashes import hash_of

UNLOCK_KEY, VAULT_KEY = stream("unlock key", 32), stream("vault key", 32)
KDF: dict[str, Any] = {
    "algorithm": "argon2id",
    "iterations": 3,
    "memory": 65_536,
    "parallelism": 1,
    "salt": encode_base64(stream("salt", 16)),
}
RECOVERY: dict[str, Any] = {"algorithm": "hkdf-sha256"}


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _open() | _parse() | _kdf() | _seal()


def slot(kind: str = "password", kdf: object = KDF, user: str = OWNER_ID) -> dict[str, Any]:
    """Return a slot that opens with UNLOCK_KEY."""
    context = encode_json({"kdf": kdf, "kind": kind, "user": user})
    sealed = seal(f"slot {kind}", UNLOCK_KEY, "coffer/v1/slot", (context,), VAULT_KEY)
    return {"kdf": kdf, "kind": kind, "sealed": encode_base64(sealed)}


def _open() -> dict[str, Vector]:
    password, recovery = slot(), slot("recovery", RECOVERY)
    refused = {
        "other_salt": changed(
            password, kdf=changed(KDF, salt=encode_base64(stream("other salt", 16)))
        ),
        "other_iterations": changed(password, kdf=changed(KDF, iterations=4)),
        "other_memory": changed(password, kdf=changed(KDF, memory=65_537)),
        "other_kind": changed(password, kind="recovery"),
        "kind_and_kdf_of_recovery": changed(password, kind="recovery", kdf=RECOVERY),
        "sealed_of_recovery": changed(password, sealed=recovery["sealed"]),
        "sealed_for_other_user": slot(user=RECIPIENT_ID),
        "sealed_zeros": changed(password, sealed=encode_base64(bytes(60))),
    }
    arguments = (OWNER_ID, password, UNLOCK_KEY)
    return {
        "open_password": accepts("open_slot", *arguments, result=VAULT_KEY),
        "open_recovery": accepts("open_slot", OWNER_ID, recovery, UNLOCK_KEY, result=VAULT_KEY),
        "hash": accepts("slot_hash", password, result=hash_of(encode_json(password))),
        "open_wrong_password": refuses(
            "wrong_key", "open_slot", OWNER_ID, password, stream("wrong", 32)
        ),
        "open_as_other_user": refuses("wrong_key", "open_slot", RECIPIENT_ID, password, UNLOCK_KEY),
        "open_short_unlock_key": refuses(
            "format", "open_slot", OWNER_ID, password, UNLOCK_KEY[:16]
        ),
        "each_byte_flipped": accepts("slot_verdicts", *arguments, result=["wrong_key"]),
    } | {
        f"open_{name}": refuses("wrong_key", "open_slot", OWNER_ID, served, UNLOCK_KEY)
        for name, served in refused.items()
    }


def _parse() -> dict[str, Vector]:
    password, recovery = slot(), slot("recovery", RECOVERY)
    refused = {
        "kind_unknown": changed(password, kind="passkey"),
        "kind_missing": changed(password, kind=None),
        "field_unknown": {**password, "verifier": ""},
        "sealed_59_bytes": changed(password, sealed=encode_base64(bytes(59))),
        "sealed_61_bytes": changed(password, sealed=encode_base64(bytes(61))),
        "sealed_padded": changed(password, sealed=password["sealed"] + "="),
        "sealed_number": changed(password, sealed=60),
    }
    return {
        "parse_password": accepts("parse_slot", password, result=password),
        "parse_recovery": accepts("parse_slot", recovery, result=recovery),
        "parse_weak": refuses(
            "policy_kdf", "parse_slot", changed(password, kdf=changed(KDF, memory=8))
        ),
        "parse_no_object": refuses("format", "parse_slot", [password]),
    } | {f"parse_{name}": refuses("format", "parse_slot", value) for name, value in refused.items()}


def _kdf() -> dict[str, Vector]:
    refused: dict[str, tuple[str, object]] = {
        "password_fewer_iterations": ("password", changed(KDF, iterations=2)),
        "password_less_memory": ("password", changed(KDF, memory=65_535)),
        "password_by_hkdf": ("password", RECOVERY),
        "recovery_by_argon2id": ("recovery", KDF),
        "recovery_by_other_hash": ("recovery", {"algorithm": "hkdf-md5"}),
        "recovery_with_parameters": ("recovery", {**RECOVERY, "iterations": 1}),
        "recovery_missing": ("recovery", {}),
        "recovery_text": ("recovery", "hkdf-sha256"),
        "recovery_array": ("recovery", [RECOVERY]),
    }
    return {
        "kdf_of_password": accepts("check_slot_kdf", "password", KDF, result=KDF),
        "kdf_of_recovery": accepts("check_slot_kdf", "recovery", RECOVERY, result=RECOVERY),
    } | {
        f"kdf_{name}": refuses("policy_kdf", "check_slot_kdf", *arguments)
        for name, arguments in refused.items()
    }


def _seal() -> dict[str, Vector]:
    def seals(*arguments: object) -> Vector:
        return accepts("seal_slot", *arguments)

    weak = changed(KDF, iterations=1)
    return {
        "seal_password": seals(OWNER_ID, "password", KDF, UNLOCK_KEY, VAULT_KEY),
        "seal_recovery": seals(OWNER_ID, "recovery", RECOVERY, UNLOCK_KEY, VAULT_KEY),
        "seal_short_vault_key": refuses(
            "format", "seal_slot", OWNER_ID, "password", KDF, UNLOCK_KEY, VAULT_KEY[:31]
        ),
        "seal_short_unlock_key": refuses(
            "format", "seal_slot", OWNER_ID, "password", KDF, UNLOCK_KEY[:31], VAULT_KEY
        ),
        "seal_kind_unknown": refuses(
            "format", "seal_slot", OWNER_ID, "passkey", KDF, UNLOCK_KEY, VAULT_KEY
        ),
        "seal_user_malformed": refuses(
            "format", "seal_slot", "owner", "password", KDF, UNLOCK_KEY, VAULT_KEY
        ),
        "seal_weak": refuses(
            "policy_kdf", "seal_slot", OWNER_ID, "password", weak, UNLOCK_KEY, VAULT_KEY
        ),
    }
