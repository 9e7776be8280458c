"""The keyring: opens as one user's one revision, and stands or falls with the chain (spec §2.3)."""

from typing import Any

from tests.vectors.case import Vector, accepts, refuses, stream
from tests.vectors.cast import RECIPIENT
from tests.vectors.vault import (
    GENERATION,
    IDENTITY,
    IDENTITY_KEY,
    OTHER_PUBLIC_KEY,
    OWNER_ID,
    RECIPIENT_ID,
    ZEROS,
    changed,
    digest,
    generation,
    identity,
    seal,
    seal_json,
)
from vault.client.bytes import decode_uuid, encode_base64, encode_u64
from vault.client.canonical import encode_json
from vault.client.directory import new_directory
from vault.client.hashes import hash_of
from vault.client.keys import generation_public_key, identity_public_key

KEY = stream("vault key", 32)
PIN: dict[str, Any] = {
    "generation": 3,
    "identity_key": encode_base64(identity_public_key(identity("recipient"))),
    "user": RECIPIENT_ID,
    "username": "recipient",
}
KEYRING: dict[str, Any] = {
    "cache_key": encode_base64(stream("cache key", 32)),
    "chain": {"hash": ZEROS, "seq": 0},
    "generations": [GENERATION],
    "identity": IDENTITY,
    "log": {"key": "", "origin": "", "root": hash_of(b""), "size": 0},
    "pins": [PIN],
    "revision": 2,
    "user": OWNER_ID,
    "v": 1,
}
CHAIN = [digest("first"), digest("second"), digest("third")]


def make() -> dict[str, Vector]:
    """Return the vectors by name; open_keyring takes the vault key as bytes."""
    return _open() | _fields() | _check() | _public_keys() | _cache()


def sealed(value: object = KEYRING, user: str = OWNER_ID, revision: int = 2) -> bytes:
    """Return a keyring sealed for a user and revision."""
    parts = (decode_uuid(user), encode_u64(revision))
    return seal_json("keyring", KEY, "coffer/v1/keyring", parts, value)


def directory(**fields: object) -> dict[str, Any]:
    """Return the directory of a chain that announces the keys of KEYRING."""
    announced = {"not_after": 0, **_announced(1)}
    value = {
        **new_directory(OWNER_ID),
        "chain": CHAIN,
        "generations": [announced],
        "identity_key": encode_base64(IDENTITY_KEY),
        "keyring": {"hash": digest("first keyring"), "revision": 1},
    }
    return changed(value, **fields)


def _open() -> dict[str, Vector]:
    good = sealed()
    refused = {
        "older_revision": (KEY, OWNER_ID, 2, sealed(revision=1)),
        "newer_revision": (KEY, OWNER_ID, 1, good),
        "other_user": (KEY, OWNER_ID, 2, sealed(user=RECIPIENT_ID)),
        "as_other_user": (KEY, RECIPIENT_ID, 2, good),
        "other_vault_key": (stream("other vault key", 32), OWNER_ID, 2, good),
        "extended": (KEY, OWNER_ID, 2, good + b"\x00"),
        "empty": (KEY, OWNER_ID, 2, b""),
        "oversize": (KEY, OWNER_ID, 2, bytes(1_048_577)),
        "other_revision_inside": (KEY, OWNER_ID, 2, sealed(changed(KEYRING, revision=1))),
        "other_user_inside": (KEY, OWNER_ID, 2, sealed(changed(KEYRING, user=RECIPIENT_ID))),
    }
    return {
        "open": accepts("open_keyring", KEY, OWNER_ID, 2, good, result=KEYRING),
        "hash": accepts("keyring_hash", good, result=hash_of(good)),
        "each_byte_flipped_and_each_cut": accepts(
            "keyring_verdicts", KEY, OWNER_ID, 2, good, result=["tampered_keyring"]
        ),
        "seal": accepts("seal_keyring", KEY, KEYRING),
        "seal_revision_0": refuses("format", "seal_keyring", KEY, changed(KEYRING, revision=0)),
        "seal_oversize": refuses("format", "seal_keyring", KEY, changed(KEYRING, log=_log(2**20))),
    } | {
        f"open_{name}": refuses("tampered_keyring", "open_keyring", *arguments)
        for name, arguments in refused.items()
    }


def _fields() -> dict[str, Vector]:
    second = generation(2, RECIPIENT)
    small_order = encode_base64((1).to_bytes(32, "little"))
    refused: dict[str, object] = {
        "version_2": changed(KEYRING, v=2),
        "field_unknown": {**KEYRING, "password": ""},
        "field_missing": changed(KEYRING, pins=None),
        "cache_key_31_bytes": changed(KEYRING, cache_key=encode_base64(bytes(31))),
        "seed_33_bytes": changed(KEYRING, identity={"seed": encode_base64(bytes(33))}),
        "chain_hash_upper_case": changed(KEYRING, chain={"hash": "A" * 64, "seq": 0}),
        "generations_none": changed(KEYRING, generations=[]),
        "generations_twice": changed(KEYRING, generations=[GENERATION, GENERATION]),
        "generations_falling": changed(KEYRING, generations=[second, GENERATION]),
        "generation_zero": changed(KEYRING, generations=[changed(GENERATION, generation=0)]),
        "label_key_16_bytes": changed(
            KEYRING, generations=[changed(GENERATION, label_key=encode_base64(bytes(16)))]
        ),
        "pin_of_small_order": changed(KEYRING, pins=[changed(PIN, identity_key=small_order)]),
        "pin_without_name": changed(KEYRING, pins=[changed(PIN, username="")]),
        "log_without_root": changed(KEYRING, log=changed(_log(0), root="")),
        "not_canonical": encode_json(KEYRING).replace(b",", b", ", 1),
    }
    return {
        name: refuses("format", "open_keyring", KEY, OWNER_ID, 2, sealed(value))
        for name, value in refused.items()
    }


def _check() -> dict[str, Vector]:
    good = sealed()
    first = changed(KEYRING, revision=1)
    named = {"hash": hash_of(good), "revision": 2}
    behind = changed(KEYRING, chain={"hash": CHAIN[2], "seq": 3})
    other = changed(KEYRING, pins=[])
    forked = changed(KEYRING, chain={"hash": digest("fork"), "seq": 3})
    ahead = changed(KEYRING, chain={"hash": digest("fourth"), "seq": 4})
    invented = changed(KEYRING, chain={"hash": CHAIN[0], "seq": 0})

    def lies(chain: dict[str, Any], keyring: dict[str, Any], data: bytes = good) -> Vector:
        return refuses("tampered_rollback", "check_keyring", chain, keyring, data)

    return {
        "check_newer_than_named": accepts("check_keyring", directory(), KEYRING, good),
        "check_the_one_named": accepts("check_keyring", directory(keyring=named), KEYRING, good),
        "check_chain_head": accepts("check_keyring", directory(), behind, sealed(behind)),
        "check_older_than_named": lies(directory(keyring=named), first, sealed(first, revision=1)),
        "check_other_of_same_revision": lies(directory(keyring=named), other, sealed(other)),
        "check_chain_forked": lies(directory(), forked),
        "check_chain_cut_back": lies(directory(), ahead),
        "check_chain_empty": lies(directory(chain=[]), behind),
        "check_chain_before_its_beginning": lies(directory(), invented),
        "check_chain_of_other_user": refuses(
            "tampered_keyring", "check_keyring", directory(user=RECIPIENT_ID), KEYRING, good
        ),
    }


def _public_keys() -> dict[str, Vector]:
    two = changed(KEYRING, generations=[GENERATION, generation(2, RECIPIENT)])
    other = {"generation": 1, "not_after": 0, "public_key": encode_base64(OTHER_PUBLIC_KEY)}
    both = [{"not_after": 0, **_announced(1)}, {**other, "generation": 2}]
    refused = {
        "other_identity_key": (directory(identity_key=PIN["identity_key"]), KEYRING),
        "no_identity_key": (directory(identity_key=""), KEYRING),
        "other_key_pair": (directory(generations=[other]), KEYRING),
        "other_generation": (directory(generations=[{**other, **_announced(2)}]), KEYRING),
        "generation_injected": (directory(generations=both), KEYRING),
        "generation_left_out": (directory(generations=both[:1]), two),
        "generations_none": (directory(generations=[]), KEYRING),
    }
    return {
        "check_two_generations": accepts(
            "check_keyring", directory(generations=both), two, sealed(two)
        ),
    } | {
        f"check_{name}": refuses("tampered_key", "check_keyring", chain, keyring, sealed())
        for name, (chain, keyring) in refused.items()
    }


def _cache() -> dict[str, Vector]:
    key = stream("cache key", 32)
    parts = (decode_uuid(OWNER_ID), b"directory")
    data = seal("cache", key, "coffer/v1/cache", parts, b"kept")

    def fails(*arguments: object) -> Vector:
        return refuses("wrong_key", "open_cache", *arguments)

    return {
        "cache_open": accepts("open_cache", key, OWNER_ID, "directory", data, result=b"kept"),
        "cache_of_other_user": fails(key, RECIPIENT_ID, "directory", data),
        "cache_of_other_content": fails(key, OWNER_ID, "labels", data),
        "cache_under_other_key": fails(KEY, OWNER_ID, "directory", data),
        "cache_flipped": fails(key, OWNER_ID, "directory", data[:-1] + bytes([data[-1] ^ 1])),
    }


def _log(length: int) -> dict[str, Any]:
    return {"key": "k" * length, "origin": "", "root": hash_of(b""), "size": 0}


def _announced(number: int) -> dict[str, Any]:
    public_key = encode_base64(generation_public_key(GENERATION))
    return {"generation": number, "public_key": public_key}
