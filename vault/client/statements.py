"""Statements: form, signature and hash of every change to a vault (spec §5.1, §5.3).

Mirror: static/js/core/statements.js. Whether a statement follows the chain is directory.py's part.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.canonical import Json
from vault.client.canonical import (
    decode_json,
    encode_json,
    parse_fields,
    parse_hash,
    parse_integer,
    parse_uuid,
)
from vault.client.fields import (
    FORMAT_VERSION,
    parse_choice,
    parse_format_version,
    parse_positive,
)
from vault.client.hashes import hash_of
from vault.client.items import STATEMENT_TYPES, Items, parse_items
from vault.client.signatures import sign, verify_signature

_PURPOSE = b"coffer/v1/statement\n"


class Seen(TypedDict):
    """The last checkpoint that the signer verified: root in hex, size in entries."""

    root: str
    size: int


class StatementFields(TypedDict):
    """What a statement says; `prev` the hash before it in hex, `seq` from 1, `time` in ms."""

    items: Items
    prev: str
    seen: Seen
    seq: int
    time: int
    type: str
    user: str


class Statement(StatementFields):
    """A statement, field by field as in its JSON."""

    v: int


def build_statement(fields: StatementFields) -> bytes:
    """Return the bytes to sign; FormatError or PolicyError for what parse_statement refuses."""
    data = encode_json({**fields, "v": FORMAT_VERSION})
    parse_statement(data)
    return data


def parse_statement(data: bytes) -> Statement:
    """Read a statement by form alone, keys included.

    Raises FormatError unless it is of its one form, PolicyError `policy_key_size` for one that
    announces a public key that is too weak.
    """
    fields = parse_fields(decode_json(data), _FIELDS)
    items = parse_items(fields["type"], fields["items"])
    return cast("Statement", {**fields, "items": items})


def sign_statement(identity: Ed25519PrivateKey, data: bytes) -> bytes:
    """Return the 64-byte signature; only for a statement on a head that was verified (§5.2)."""
    return sign(identity, _PURPOSE + data)


def verify_statement(data: bytes, signature: bytes, identity_key: bytes) -> None:
    """Check the signature of a statement's bytes under a 32-byte public key.

    Raises TamperedError `tampered_statement` if it is none, FormatError for a public key that is
    not canonical or of small order.
    """
    verify_signature(identity_key, _PURPOSE + data, signature)


def statement_hash(data: bytes) -> str:
    """Return what the next statement and the log name a statement by: SHA-256 in hex."""
    return hash_of(data)


def _parse_seen(value: Json) -> dict[str, Any]:
    return parse_fields(value, {"root": parse_hash, "size": parse_integer})


_FIELDS: dict[str, Any] = {
    "items": lambda value: value,  # read by type in parse_statement
    "prev": parse_hash,
    "seen": _parse_seen,
    "seq": parse_positive,
    "time": parse_integer,
    "type": lambda value: parse_choice(value, STATEMENT_TYPES),
    "user": parse_uuid,
    "v": parse_format_version,
}
