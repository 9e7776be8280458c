"""What an entry is: its bytes, its hash and what it commits to; pure (spec §7)."""

import base64
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from audit import canonical

VERSION = 1
SALT_BYTES = 16
# An entry bundle of C2SP tlog-tiles prefixes each leaf (32-byte hash ‖ entry) with a 16-bit length.
MAX_ENTRY_BYTES = 65_535 - 32

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_TEXT_FORMS = {
    "file_id": re.compile(rf"(?:{_UUID})?"),
    "operation": re.compile(r"[a-z_]{1,32}"),
    # 16 bytes in the one base64url form: the four unused bits of the last character are zero.
    "salt": re.compile(r"[A-Za-z0-9_-]{21}[AQgw]"),
    "statement": re.compile(r"(?:[0-9a-f]{64})?"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII),
    "user_id": re.compile(rf"(?:{_UUID})?"),
}
_FIELDS = {*_TEXT_FORMS, "detail", "seq", "v"}


class EntryError(ValueError):
    """Fields or bytes that are not an entry of version 1."""


class Fields(NamedTuple):
    """The fields of an entry without `v`; `detail` maps names to text or integers."""

    seq: int
    timestamp: str
    operation: str
    user_id: str
    file_id: str
    detail: Mapping[str, str | int]
    statement: str
    salt: str


def encode_entry(fields: Fields) -> bytes:
    """Return the bytes that are stored, hashed and served for ever. Raises EntryError."""
    value: dict[str, canonical.Json] = {
        **fields._asdict(),
        "detail": dict(fields.detail),
        "v": VERSION,
    }
    try:
        _check_fields(value)
        data = canonical.encode(value)
    except canonical.CanonicalError as error:
        raise EntryError(str(error)) from error
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryError(f"the entry is longer than {MAX_ENTRY_BYTES} bytes")
    return data


def decode_entry(data: bytes) -> Fields:
    """Return the fields of an entry's bytes. Raises EntryError unless they are its one encoding."""
    try:
        value = canonical.decode(data)
    except canonical.CanonicalError as error:
        raise EntryError(str(error)) from error
    if not isinstance(value, dict):
        raise EntryError("the entry is not an object")
    _check_fields(value)
    del value["v"]
    return Fields(**cast("dict[str, Any]", value))


def derive_origin_hash(origin: str) -> bytes:
    """Return the 32 bytes that stand before the first entry: two logs never share a chain."""
    return hashlib.sha256(b"coffer/v1/log\0" + origin.encode()).digest()


def derive_entry_hash(prev_hash: bytes, entry: bytes) -> bytes:
    """Return the 32-byte hash of an entry after the entry with `prev_hash` (32 bytes)."""
    return hashlib.sha256(prev_hash + entry).digest()


def derive_commitment(salt: bytes, text: str) -> str:
    """Return the hex commitment to a text under a salt of 16 bytes.

    Without its salt a commitment cannot be guessed open, so erasing the salt erases the text.
    """
    return hashlib.sha256(b"coffer/v1/commitment\0" + salt + text.encode()).hexdigest()


def derive_files_digest(files: Iterable[str]) -> str:
    """Return the hex digest that ties an entry to its several files (UUIDs, in rising order)."""
    joined = b"".join(uuid.UUID(file).bytes for file in sorted(files))
    return hashlib.sha256(b"coffer/v1/files\0" + joined).hexdigest()


def encode_salt(salt: bytes) -> str:
    """Return 16 bytes as the 22 characters of base64url."""
    return base64.urlsafe_b64encode(salt).rstrip(b"=").decode()


def _check_fields(value: Mapping[str, object]) -> None:
    if value.keys() != _FIELDS:
        raise EntryError("the entry has a field too many or too few")
    # A newer form is refused, never half understood.
    if not _is_integer(value["v"]) or value["v"] != VERSION:
        raise EntryError("the entry is not of version 1")
    if not _is_integer(value["seq"]) or value["seq"] == 0:
        raise EntryError("the entry's seq is not a positive integer")
    for name, form in _TEXT_FORMS.items():
        text = value[name]
        if not isinstance(text, str) or not form.fullmatch(text):
            raise EntryError(f"the entry's {name} is not of its form")
    detail = value["detail"]
    if not isinstance(detail, dict) or not all(_is_plain(item) for item in detail.values()):
        raise EntryError("the entry's detail is not an object of text and integers")


def _is_plain(item: object) -> bool:
    return isinstance(item, str) or _is_integer(item)


def _is_integer(item: object) -> bool:
    return isinstance(item, int) and not isinstance(item, bool)
