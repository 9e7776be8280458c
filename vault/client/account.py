"""Making an account: every key, both slots and the first statement (spec §2, §5.3 register)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from audit.canonical import Json
from vault.client.bytes import encode_base64
from vault.client.directory import NO_STATEMENT, SignedStatement
from vault.client.items import RegisterItem
from vault.client.keyring import Keyring, keyring_hash, make_keyring, seal_keyring
from vault.client.keys import (
    generation_public_key,
    identity_public_key,
    import_identity,
    make_vault_key,
)
from vault.client.passphrase import (
    derive_login_key,
    derive_recovery_login_key,
    derive_recovery_unlock_key,
    derive_root,
    derive_unlock_key,
    encode_recovery_words,
    make_kdf,
    make_recovery_key,
)
from vault.client.primitives import import_aead_key, make_uuid
from vault.client.slots import Slot, seal_slot, slot_hash
from vault.client.statements import build_statement, sign_statement
from vault.client.vault import now_ms


@dataclass(frozen=True)
class NewAccount:
    """An account that exists nowhere yet. `body` is that of `POST accounts`."""

    user: str
    keyring: Keyring
    recovery_words: list[str]
    register: SignedStatement
    body: dict[str, Json]


def make_account(username: str, password: str) -> NewAccount:
    """Make everything that a new member needs.

    Raises PolicyError `policy_password`, FormatError for a username that is none.
    """
    user, kdf = make_uuid(), make_kdf()
    root = derive_root(password, kdf)
    recovery_key, vault_key = make_recovery_key(), make_vault_key()
    recovery_unlock_key = derive_recovery_unlock_key(recovery_key)
    slots = [
        seal_slot(user, "password", kdf, derive_unlock_key(root), vault_key),
        seal_slot(user, "recovery", {"algorithm": "hkdf-sha256"}, recovery_unlock_key, vault_key),
    ]
    keyring = make_keyring(user)
    sealed = seal_keyring(import_aead_key(vault_key), keyring)
    statement = _build_register(user, username, keyring, sealed, slots)
    signature = sign_statement(import_identity(keyring["identity"]), statement)
    body = {
        "keyring": encode_base64(sealed),
        "login_keys": {
            "password": encode_base64(derive_login_key(root)),
            "recovery": encode_base64(derive_recovery_login_key(recovery_key)),
        },
        "signature": encode_base64(signature),
        "slots": slots,
        "statement": encode_base64(statement),
    }
    return NewAccount(
        user,
        keyring,
        encode_recovery_words(recovery_key).split(),
        {"signature": signature, "statement": statement},
        cast("dict[str, Json]", body),
    )


def _build_register(
    user: str, username: str, keyring: Keyring, sealed: bytes, slots: list[Slot]
) -> bytes:
    generation = keyring["generations"][0]
    item: RegisterItem = {
        "generation": generation["generation"],
        "identity_key": encode_base64(identity_public_key(keyring["identity"])),
        "keyring": {"hash": keyring_hash(sealed), "revision": keyring["revision"]},
        "not_after": 0,
        "public_key": encode_base64(generation_public_key(generation)),
        "slots": [{"hash": slot_hash(slot), "kind": slot["kind"]} for slot in slots],
        "username": username,
    }
    return build_statement(
        {
            "items": [item],
            "prev": NO_STATEMENT,
            "seen": {"root": keyring["log"]["root"], "size": keyring["log"]["size"]},
            "seq": 1,
            "time": now_ms(),
            "type": "register",
            "user": user,
        }
    )
