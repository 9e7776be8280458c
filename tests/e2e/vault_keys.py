"""Every key of one member's vault, opened with the Python client's core, to be searched for."""

from __future__ import annotations

from typing import NamedTuple

import requests

from vault.client import passphrase
from vault.client.bytes import decode_base64, encode_base64
from vault.client.keyring import open_keyring
from vault.client.keys import import_generation
from vault.client.primitives import import_aead_key
from vault.client.slots import open_slot
from vault.client.statements import parse_statement
from vault.client.wraps import open_wrap


class Keys(NamedTuple):
    """Keys by name: `secret` never leave the client, `login` only reach the server's memory."""

    secret: dict[str, bytes]
    login: dict[str, bytes]


def keys_of(url: str, username: str, password: str, words: str) -> Keys:
    """Sign in as the member would and open slot, keyring and wraps."""
    api = f"{url}/api/v1"
    with requests.Session() as session:
        token = session.get(f"{api}/session", timeout=30).json()["csrf_token"]
        session.headers["X-CSRFToken"] = token
        named = {"kind": "password", "username": username}
        kdf = session.post(f"{api}/session/kdf", json=named, timeout=30).json()["kdf"]
        root = passphrase.derive_root(password, kdf)
        login_key = passphrase.derive_login_key(root)
        body = {**named, "login_key": encode_base64(login_key)}
        entered = session.post(f"{api}/session", json=body, timeout=30)
        entered.raise_for_status()
        session.headers["X-CSRFToken"] = entered.json()["csrf_token"]
        vault = session.get(f"{api}/vault", timeout=30).json()
        user, kept = vault["user"], vault["keyring"]
        slot = next(slot for slot in vault["slots"] if slot["kind"] == "password")
        unlock_key = passphrase.derive_unlock_key(root)
        vault_key = open_slot(user, slot, unlock_key)
        keyring = open_keyring(
            import_aead_key(vault_key), user, kept["revision"], decode_base64(kept["sealed"])
        )
        recovery = passphrase.decode_recovery_words(words)
        secret = {
            "root": root,
            "unlock key": unlock_key,
            "recovery key": recovery,
            "recovery unlock key": passphrase.derive_recovery_unlock_key(recovery),
            "vault key": vault_key,
            "identity seed": decode_base64(keyring["identity"]["seed"]),
            "cache key": decode_base64(keyring["cache_key"]),
        }
        for generation in keyring["generations"]:
            number = generation["generation"]
            secret[f"label key {number}"] = decode_base64(generation["label_key"])
            # A PKCS #8 key ends in secret numbers; it begins with the public modulus.
            secret[f"private key {number}"] = decode_base64(generation["private_key"])[-64:]
        working = {g["generation"]: import_generation(g) for g in keyring["generations"]}
        versions = _versions(session, api)
        answer = session.post(f"{api}/downloads", json={"versions": versions}, timeout=30).json()
        for each in answer["versions"]:
            pair = working[each["generation"]]
            secret[f"DEK of {each['version']}"] = open_wrap(
                pair,
                decode_base64(each["wrap"]),
                each["file"],
                each["version"],
                user,
            )
    login = {
        "login key": login_key,
        "recovery login key": passphrase.derive_recovery_login_key(recovery),
    }
    return Keys(secret, login)


def _versions(session: requests.Session, api: str) -> list[str]:
    """Read the member's chain for the versions it uploaded; a few statements fit one page."""
    rows = session.get(f"{api}/statements", timeout=30).json()["results"]
    statements = [parse_statement(decode_base64(row["statement"])) for row in rows]
    uploads = [each for each in statements if each["type"] == "upload"]
    return [item["version"] for each in uploads for item in each["items"]]
