"""Labels: what a person calls a file and where they keep it (spec §4).

Mirror: static/js/core/labels.js.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.canonical import Json
from vault.client.bytes import decode_uuid
from vault.client.canonical import decode_json, encode_json, parse_fields, parse_integer
from vault.client.errors import FormatError
from vault.client.fields import (
    encode_context,
    parse_bounded,
    parse_format_version,
    parse_media_type,
    parse_optional_uuid,
)
from vault.client.hashes import hash_of
from vault.client.sealed import open_padded, seal_padded

FOLDER_TYPE = "folder"
MAX_NAME = 1_024
MAX_SEALED_LABEL = 2_076


class Label(TypedDict):
    """Times in ms, size in bytes; `folder` "" for the root, `trashed` 0 outside the trash.

    `name` and `type` are untrusted text: shown inert, saved under safe_file_name.
    """

    folder: str
    modified: int
    name: str
    size: int
    trashed: int
    type: str
    v: int


def seal_label(label_key: AESGCM, person: str, file: str, label: Label) -> bytes:
    """Return the sealed label; UUIDs as text. FormatError for fields out of their limits."""
    data = encode_json(label)
    _parse(data)
    return seal_padded(label_key, _aad(person, file), data, MAX_SEALED_LABEL)


def open_label(label_key: AESGCM, person: str, file: str, sealed: bytes) -> Label:
    """Return the label.

    Raises TamperedError `tampered_label` if it does not open as this person's for this file,
    FormatError if what was sealed is not of its one form.
    """
    aad = _aad(person, file)
    return _parse(open_padded(label_key, aad, sealed, MAX_SEALED_LABEL, "tampered_label"))


def label_hash(sealed: bytes) -> str:
    """Return what a statement names a label by: SHA-256 of the sealed label in hex."""
    return hash_of(sealed)


def _aad(person: str, file: str) -> bytes:
    """Bind the place: a server that swaps two files' labels would swap their names."""
    return encode_context("coffer/v1/label", decode_uuid(person), decode_uuid(file))


def _parse(data: bytes) -> Label:
    return cast("Label", parse_fields(decode_json(data), _FIELDS))


def _parse_name(value: Json) -> str:
    name = parse_bounded(value, MAX_NAME)
    # A row without a name could be neither seen nor selected.
    if not name:
        raise FormatError("format", "label: an empty name")
    return name


_FIELDS: dict[str, Any] = {
    "folder": parse_optional_uuid,
    "modified": parse_integer,
    "name": _parse_name,
    "size": parse_integer,
    "trashed": parse_integer,
    "type": parse_media_type,
    "v": parse_format_version,
}
