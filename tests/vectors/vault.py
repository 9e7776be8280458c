"""A small vault for the vectors: the owner's keys, ids and chain, all from fixed names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from audit import canonical
from tests.vectors.case import seeded, stream
from tests.vectors.cast import OWNER, RECIPIENT, STRANGER
from vault.client.bytes import encode_base64
from vault.client.directory import SignedStatement
from vault.client.fields import encode_context
from vault.client.hashes import hash_of
from vault.client.keys import (
    Generation,
    Identity,
    generation_public_key,
    identity_public_key,
    import_identity,
)
from vault.client.padding import pad
from vault.client.primitives import import_aead_key, seal_aead
from vault.client.signatures import sign

ZEROS = "0" * 64


def uuid(name: str) -> str:
    """Return a UUID that depends on the name alone."""
    return str(UUID(bytes=stream(name, 16), version=4))


def digest(name: str) -> str:
    """Return a hash, in hex, of something that the vector does not hold."""
    return hash_of(name.encode())


def identity(name: str) -> Identity:
    """Return an identity key."""
    return {"seed": encode_base64(stream(f"identity {name}", 32))}


def generation(number: int, private_key: bytes = OWNER) -> Generation:
    """Return a generation around one of the cast's RSA keys."""
    label_key = stream(f"label key {number}", 32)
    return {
        "generation": number,
        "label_key": encode_base64(label_key),
        "private_key": encode_base64(private_key),
    }


OWNER_ID, RECIPIENT_ID, STRANGER_ID = uuid("owner"), uuid("recipient"), uuid("stranger")
FILE, OTHER_FILE, FOLDER = uuid("file"), uuid("other file"), uuid("folder")
VERSION, NEXT_VERSION, OTHER_VERSION = uuid("version"), uuid("next"), uuid("other version")

IDENTITY = identity("owner")
GENERATION = generation(1)
IDENTITY_KEY = identity_public_key(IDENTITY)
PUBLIC_KEY = generation_public_key(GENERATION)
OTHER_PUBLIC_KEY = generation_public_key(generation(1, RECIPIENT))
STRANGER_PUBLIC_KEY = generation_public_key(generation(1, STRANGER))
SEEN = {"root": hash_of(b""), "size": 0}


def seal(name: str, key: bytes, purpose: str, parts: tuple[bytes, ...], data: bytes) -> bytes:
    """Return seal(key, purpose ‖ 0x00 ‖ parts, data) under a nonce that depends on the name."""
    with seeded(name):
        return seal_aead(import_aead_key(key), encode_context(purpose, *parts), data)


def seal_json(
    name: str, key: bytes, purpose: str, parts: tuple[bytes, ...], value: object
) -> bytes:
    """Return a padded and sealed JSON value; bytes stay as they are, canonical or not."""
    data = value if isinstance(value, bytes) else canonical.encode(value)  # type: ignore[arg-type]
    return seal(name, key, purpose, parts, pad(data))


def changed(value: Mapping[str, Any], **fields: object) -> dict[str, Any]:
    """Return a copy with other fields; None takes one away."""
    return {key: item for key, item in {**value, **fields}.items() if item is not None}


def register_item(**fields: object) -> dict[str, Any]:
    """Return the owner's first keys, or others."""
    item = {
        "generation": 1,
        "identity_key": encode_base64(IDENTITY_KEY),
        "keyring": {"hash": digest("keyring"), "revision": 1},
        "not_after": 0,
        "public_key": encode_base64(PUBLIC_KEY),
        "slots": [
            {"hash": digest("password slot"), "kind": "password"},
            {"hash": digest("recovery slot"), "kind": "recovery"},
        ],
        "username": "owner",
    }
    return changed(item, **fields)


def announce_item(generation: int = 2, revision: int = 2, **fields: object) -> dict[str, Any]:
    """Return the announcement of a generation with the keyring of a revision."""
    item = {
        "generation": generation,
        "keyring": named_keyring(revision),
        "not_after": 0,
        "public_key": encode_base64(OTHER_PUBLIC_KEY),
    }
    return changed(item, **fields)


def slots_item(revision: int = 2, **fields: object) -> dict[str, Any]:
    """Return new slots with the keyring of a revision."""
    slots = [
        {"hash": digest(f"{kind} slot {revision}"), "kind": kind}
        for kind in ("password", "recovery")
    ]
    return changed({"keyring": named_keyring(revision), "slots": slots}, **fields)


def named_keyring(revision: int) -> dict[str, Any]:
    """Return a keyring as a statement names it."""
    return {"hash": digest(f"keyring {revision}"), "revision": revision}


def upload_item(file: str, version: str, replaces: str = "", **fields: object) -> dict[str, Any]:
    """Return an upload whose hashes depend on the version."""
    item = {
        "file": file,
        "generation": 1,
        "label": digest(f"label {version}"),
        "manifest": digest(f"manifest {version}"),
        "replaces": replaces,
        "version": version,
        "wrap": digest(f"wrap {version}"),
    }
    return changed(item, **fields)


def label_item(action: str, file: str, **fields: object) -> dict[str, Any]:
    """Return a label whose hash depends on the action."""
    item = {"action": action, "file": file, "generation": 1, "label": digest(f"label {action}")}
    return changed(item, **fields)


def statement(kind: str, items: list[dict[str, Any]], **fields: object) -> bytes:
    """Return a statement's bytes, right or wrong."""
    value = {
        "items": items,
        "prev": ZEROS,
        "seen": SEEN,
        "seq": 1,
        "time": 1_700_000_000_000,
        "type": kind,
        "user": OWNER_ID,
        "v": 1,
    }
    return canonical.encode(changed(value, **fields))


def signed(data: bytes, signer: Identity = IDENTITY) -> SignedStatement:
    """Return a statement with its signature."""
    return {"signature": signature(data, signer), "statement": data}


def signature(data: bytes, signer: Identity = IDENTITY) -> bytes:
    """Return a statement's signature."""
    return sign(import_identity(signer), b"coffer/v1/statement\n" + data)


def chain(*changes: tuple[str, list[dict[str, Any]]]) -> list[bytes]:
    """Return statements that follow one another: register first, then the changes."""
    statements: list[bytes] = []
    for kind, items in (("register", [register_item()]), *changes):
        prev = hash_of(statements[-1]) if statements else ZEROS
        statements.append(statement(kind, items, prev=prev, seq=len(statements) + 1))
    return statements
