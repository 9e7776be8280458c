"""Strict readers for values inside JSON: one form each, anything else refused (spec §1)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_INTEGER = 2**53 - 1
HASH_SIZE = 32

# What a field reader does: take any JSON value, return it typed or raise FormError.
Reader: TypeAlias = "Callable[[Any], Any]"
T = TypeVar("T")

_BASE64 = re.compile(r"[A-Za-z0-9_-]*")
_HASH = re.compile(r"[0-9a-f]{64}")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


class FormError(ValueError):
    """A value that is not of its one form; says which field, and what is wrong with it."""

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(path)} {problem}".lstrip())
        self.problem = problem
        self.path = path


def read_object(value: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the object's fields, each read by its reader.

    Raises FormError for a missing field and for an unknown one: what one reader ignores another may
    act on.
    """
    if not isinstance(value, dict):
        raise FormError("is not an object")
    for name in sorted(value.keys() ^ readers.keys()):
        raise FormError(f"has an unknown field {name}" if name in value else f"lacks {name}")
    return {name: _read_field(name, value[name], reader) for name, reader in readers.items()}


def read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise FormError("is not a text")
    return value


def read_integer(value: Any) -> int:
    """Return an integer of 0 to 2^53 - 1; true and 1.0 are none."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise FormError("is not a whole number of 0 to 2^53 - 1")
    return value


def read_positive(value: Any) -> int:
    if read_integer(value) == 0:
        raise FormError("is not a whole number from 1")
    return int(value)


def read_hash(value: Any) -> str:
    """Return a SHA-256 hash as 64 lower-case hexadecimal digits."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise FormError("is not a hash of 64 lower-case hexadecimal digits")
    return value


def read_uuid(value: Any) -> UUID:
    """Return a UUID of version 4 from its lower-case form (RFC 9562)."""
    if not isinstance(value, str) or not _UUID4.fullmatch(value):
        raise FormError("is not a lower-case UUID of version 4")
    return UUID(value)


def read_bytes(value: Any) -> bytes:
    """Return the bytes of base64url in its one form: no padding, unused bits zero (RFC 4648 §5)."""
    if not isinstance(value, str) or not _BASE64.fullmatch(value):
        raise FormError("is not base64url without padding")
    try:
        data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as error:
        raise FormError("is not base64url without padding") from error
    # Two texts for one value would let the same bytes be named twice.
    if encode_bytes(data) != value:
        raise FormError("is not base64url in its one form")
    return data


def encode_bytes(data: bytes) -> str:
    """Return the base64url form of bytes."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sized(minimum: int, maximum: int | None = None) -> Callable[[Any], bytes]:
    """Return a reader of base64url of `minimum` to `maximum` bytes, exactly `minimum` without."""
    longest = minimum if maximum is None else maximum

    def read(value: Any) -> bytes:
        # Longer text is refused before it is decoded.
        if isinstance(value, str) and len(value) > -(-longest * 4 // 3):
            raise FormError(f"is longer than {longest} bytes")
        data = read_bytes(value)
        if not minimum <= len(data) <= longest:
            raise FormError(f"has {len(data)} bytes, not {minimum} to {longest}")
        return data

    return read


def one_of(*allowed: T) -> Callable[[Any], T]:
    """Return a reader of one of a few values, of the same type: 1 is not true."""

    def read(value: Any) -> T:
        for candidate in allowed:
            if type(value) is type(candidate) and value == candidate:
                return candidate
        raise FormError("has an unknown value")

    return read


def or_empty(reader: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """Return a reader that takes "" as None."""
    return lambda value: None if value == "" else reader(value)


def list_of(reader: Callable[[Any], T], minimum: int, maximum: int) -> Callable[[Any], list[T]]:
    """Return a reader of a list of `minimum` to `maximum` values."""

    def read(value: Any) -> list[T]:
        if not isinstance(value, list) or not minimum <= len(value) <= maximum:
            raise FormError(f"is not a list of {minimum} to {maximum}")
        return [_read_field(str(at), item, reader) for at, item in enumerate(value)]

    return read


def _read_field(name: str, value: Any, reader: Callable[[Any], T]) -> T:
    try:
        return reader(value)
    except FormError as error:
        raise FormError(error.problem, (name, *error.path)) from error
