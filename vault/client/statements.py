"""Statements: form, signature and hash of every change to a vault (spec §5.1, §5.3).

Mirror: static/js/core/statements.js. Whether a statement follows the chain is directory.py's part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.canonical import Json
from vault.client.bytes import decode_base64
from vault.client.canonical import (
    decode_json,
    encode_json,
    parse_fields,
    parse_hash,
    parse_integer,
    parse_list,
    parse_uuid,
)
from vault.client.errors import FormatError
from vault.client.fields import (
    FORMAT_VERSION,
    parse_base64,
    parse_choice,
    parse_format_version,
    parse_optional_uuid,
    parse_positive,
    parse_username,
)
from vault.client.hashes import hash_of
from vault.client.oaep import parse_public_key
from vault.client.signatures import check_identity_key, sign, verify_signature

MAX_ITEMS = 256
SLOT_KINDS = ("password", "recovery")
LABEL_ACTIONS = ("create", "rename", "move", "trash", "restore")

_PURPOSE = b"coffer/v1/statement\n"


class Seen(TypedDict):
    """The last checkpoint that the signer verified: root in hex, size in entries."""

    root: str
    size: int


class NamedKeyring(TypedDict):
    """A keyring as a statement names it: hash in hex, revision from 1."""

    hash: str
    revision: int


class NamedSlot(TypedDict):
    """A slot as a statement names it: hash in hex."""

    hash: str
    kind: str


class RegisterItem(TypedDict):
    """The first keys of a member, in base64url; `not_after` in ms, 0 for none."""

    generation: int
    identity_key: str
    keyring: NamedKeyring
    not_after: int
    public_key: str
    slots: list[NamedSlot]
    username: str


class UploadItem(TypedDict):
    """A new version; hashes in hex, `replaces` the version that was current, "" for a new file."""

    file: str
    generation: int
    label: str
    manifest: str
    replaces: str
    version: str
    wrap: str


class LabelItem(TypedDict):
    """A new label; hash in hex, `action` one of LABEL_ACTIONS."""

    action: str
    file: str
    generation: int
    label: str


class DeleteItem(TypedDict):
    """The end of one version, or of the whole file if `version` is ""."""

    file: str
    version: str


Items = list[RegisterItem] | list[UploadItem] | list[LabelItem] | list[DeleteItem]


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

    Raises FormatError unless it is of its one form, PolicyError `policy_key_size` for a register
    statement whose public key is too weak.
    """
    fields = parse_fields(decode_json(data), _FIELDS)
    items = parse_list(fields["items"], _ITEMS[fields["type"]])
    most = 1 if fields["type"] == "register" else MAX_ITEMS
    # One statement is one transaction: without a limit one of them could hold up a server.
    if not 1 <= len(items) <= most:
        raise FormatError("format", f"statement: {len(items)} items")
    _check_distinct(fields["type"], items)
    if fields["type"] == "register":
        _check_keys(cast("RegisterItem", items[0]))
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


def _check_distinct(kind: str, items: list[dict[str, Any]]) -> None:
    """Refuse a second item of a file or version: it would act on a state no rule was held to."""
    if kind == "register":
        return
    # Versions of one file may end together, but not beside the file, which takes them along.
    partial = {item["file"] for item in items if kind == "delete" and item["version"]}
    whole = [item["file"] for item in items if kind != "delete" or not item["version"]]
    files = [*whole, *partial]
    versions = [item["version"] for item in items if item.get("version")]
    for names in (files, versions):
        if len(set(names)) != len(names):
            raise FormatError("format", "statement: something is named twice")


def _check_keys(item: RegisterItem) -> None:
    # A key of small order or a short modulus would make every later signature or wrap worthless.
    check_identity_key(decode_base64(item["identity_key"]))
    parse_public_key(decode_base64(item["public_key"]))


def _parse_seen(value: Json) -> dict[str, Any]:
    return parse_fields(value, {"root": parse_hash, "size": parse_integer})


def _parse_register(value: Json) -> dict[str, Any]:
    item = parse_fields(value, _REGISTER)
    if item["generation"] != 1 or item["keyring"]["revision"] != 1:
        raise FormatError("format", "register: generation and revision begin at 1")
    if tuple(slot["kind"] for slot in item["slots"]) != SLOT_KINDS:
        raise FormatError("format", "register: a password slot and a recovery slot, in this order")
    return item


def _parse_keyring(value: Json) -> dict[str, Any]:
    return parse_fields(value, {"hash": parse_hash, "revision": parse_positive})


def _parse_slot(value: Json) -> dict[str, Any]:
    return parse_fields(
        value, {"hash": parse_hash, "kind": lambda kind: parse_choice(kind, SLOT_KINDS)}
    )


_REGISTER: dict[str, Any] = {
    "generation": parse_positive,
    "identity_key": lambda value: parse_base64(value, 32),
    "keyring": _parse_keyring,
    "not_after": parse_integer,
    "public_key": parse_base64,
    "slots": lambda value: parse_list(value, _parse_slot),
    "username": parse_username,
}
_UPLOAD: dict[str, Any] = {
    "file": parse_uuid,
    "generation": parse_positive,
    "label": parse_hash,
    "manifest": parse_hash,
    "replaces": parse_optional_uuid,
    "version": parse_uuid,
    "wrap": parse_hash,
}
_LABEL: dict[str, Any] = {
    "action": lambda value: parse_choice(value, LABEL_ACTIONS),
    "file": parse_uuid,
    "generation": parse_positive,
    "label": parse_hash,
}
_DELETE: dict[str, Any] = {"file": parse_uuid, "version": parse_optional_uuid}

_ITEMS: dict[str, Callable[[Json], dict[str, Any]]] = {
    "register": _parse_register,
    "upload": lambda value: parse_fields(value, _UPLOAD),
    "label": lambda value: parse_fields(value, _LABEL),
    "delete": lambda value: parse_fields(value, _DELETE),
}
# A type that is only reserved is refused like one that was never heard of.
_TYPES = tuple(_ITEMS)

_FIELDS: dict[str, Any] = {
    "items": lambda value: value,  # read by type in parse_statement
    "prev": parse_hash,
    "seen": _parse_seen,
    "seq": parse_positive,
    "time": parse_integer,
    "type": lambda value: parse_choice(value, _TYPES),
    "user": parse_uuid,
    "v": parse_format_version,
}
