"""What an entry is: its bytes, its hash and what it commits to; pure (spec §7)."""

import base64
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, TypeGuard

from audit import canonical

SALT_BYTES = 16
# An entry bundle of C2SP tlog-tiles prefixes each leaf (32-byte hash ‖ entry) with a 16-bit length.
MAX_ENTRY_BYTES = 65_535 - 32

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# The whole grammar of version 1. No text outside `detail` can hold a quote or a backslash, so an
# entry splits in one way only, and it is canonical exactly when its detail is. The last character
# of a salt has four unused bits, which are zero.
_ENTRY = re.compile(
    r'\{"detail":(\{.*\})'
    rf',"file_id":"((?:{_UUID})?)"'
    r',"operation":"([a-z_]{1,32})"'
    r',"salt":"([A-Za-z0-9_-]{21}[AQgw])"'
    r',"seq":([1-9][0-9]{0,15})'
    r',"statement":"((?:[0-9a-f]{64})?)"'
    r',"timestamp":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)"'
    rf',"user_id":"((?:{_UUID})?)"'
    r',"v":1\}'
)


class EntryError(ValueError):
    """Fields or bytes that are not an entry of version 1."""


class Fields(NamedTuple):
    """The columns of an entry, in the table's order; `detail` is the canonical JSON text of one."""

    seq: int
    timestamp: str
    operation: str
    user_id: str
    file_id: str
    detail: str
    statement: str
    salt: str


def encode_entry(fields: Fields) -> bytes:
    """Return the bytes that are stored, hashed and served for ever. Raises EntryError."""
    value: dict[str, canonical.Json] = {**fields._asdict(), "v": 1}
    value["detail"] = {**decode_detail(fields.detail)}
    try:
        data = canonical.encode(value)
    except canonical.CanonicalError as error:
        raise EntryError(str(error)) from error
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryError(f"the entry is longer than {MAX_ENTRY_BYTES} bytes")
    decode_entry(data)
    return data


def decode_entry(data: bytes) -> Fields:
    """Return the fields of an entry's bytes. Raises EntryError unless they are its one encoding."""
    try:
        match = _ENTRY.fullmatch(data.decode())
    except UnicodeDecodeError as error:
        raise EntryError("the bytes are not UTF-8") from error
    # A newer version, a field more or fewer, another order or another form of a value.
    if match is None:
        raise EntryError("the bytes are not an entry of version 1")
    detail, file_id, operation, salt, seq, statement, timestamp, user_id = match.groups()
    if int(seq) > canonical.MAX_INTEGER:
        raise EntryError("the entry's seq is above 2^53 - 1")
    decode_detail(detail)
    return Fields(int(seq), timestamp, operation, user_id, file_id, detail, statement, salt)


def encode_detail(detail: Mapping[str, str | int]) -> str:
    """Return the canonical JSON text of a detail. Raises EntryError."""
    try:
        text = canonical.encode({**detail}).decode()
    except canonical.CanonicalError as error:
        raise EntryError(str(error)) from error
    decode_detail(text)
    return text


@lru_cache(maxsize=1024)
def decode_detail(text: str) -> Mapping[str, str | int]:
    """Return a detail, text and integers by name. Raises EntryError.

    Answers are kept, because most entries have one of few details.
    """
    try:
        detail = canonical.decode(text.encode())
    except (canonical.CanonicalError, UnicodeEncodeError) as error:
        raise EntryError("the detail is not canonical JSON") from error
    if not isinstance(detail, dict):
        raise EntryError("the detail is not an object")
    plain = {name: item for name, item in detail.items() if _is_plain(item)}
    if len(plain) < len(detail):
        raise EntryError("the detail holds other values than text and integers")
    return MappingProxyType(plain)


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
    """Return the hex digest that ties an entry to its several files. Raises EntryError.

    Hashed are the 16 bytes of each UUID, in rising order.
    """
    try:
        joined = b"".join(sorted(_uuid_bytes(file) for file in files))
    except (TypeError, ValueError) as error:
        raise EntryError("a file id is not a UUID in its one form") from error
    return hashlib.sha256(b"coffer/v1/files\0" + joined).hexdigest()


def encode_salt(salt: bytes) -> str:
    """Return 16 bytes as the 22 characters of base64url."""
    return base64.urlsafe_b64encode(salt).rstrip(b"=").decode()


def _is_plain(item: canonical.Json) -> TypeGuard[str | int]:
    return isinstance(item, str | int) and not isinstance(item, bool)


def _uuid_bytes(text: str) -> bytes:
    if not re.fullmatch(_UUID, text):
        raise ValueError(text)
    return uuid.UUID(text).bytes
