"""Encodings between bytes, text and numbers, each with one canonical form (spec §1).

Mirror: static/js/core/bytes.js.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

from vault.client.errors import FormatError

MAX_INTEGER = 2**53 - 1

_BASE64 = re.compile(r"[A-Za-z0-9_-]*")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def encode_base64(data: bytes) -> str:
    """Encode as base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64(text: str, length: int | None = None) -> bytes:
    """Decode canonical base64url; `length` is the only length to accept, in bytes.

    Raises FormatError for padding, white space, another alphabet, trailing bits that are not
    zero, another length.
    """
    if not _BASE64.fullmatch(text):
        raise FormatError("format", "base64url: a character outside the alphabet")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as cause:
        raise FormatError("format", "base64url: impossible length") from cause
    # Two texts for one value would let a server vary what is hashed without varying what it means.
    if encode_base64(data) != text:
        raise FormatError("format", "base64url: trailing bits are not zero")
    return _expect_length(data, length)


def encode_hex(data: bytes) -> str:
    """Encode as lower-case hexadecimal."""
    return data.hex()


def decode_hex(text: str, length: int | None = None) -> bytes:
    """Decode lower-case hexadecimal; `length` is the only length to accept, in bytes.

    Raises FormatError for upper case, an odd digit, anything else, another length.
    """
    if not _HEX.fullmatch(text):
        raise FormatError("format", "hex: not lower-case pairs of digits")
    return _expect_length(bytes.fromhex(text), length)


def encode_uuid(data: bytes) -> str:
    """Encode 16 bytes as the lower-case text form of a UUID of version 4 (RFC 9562).

    Raises FormatError for another length, version or variant.
    """
    text = encode_hex(_expect_length(data, 16))
    return _check_uuid("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))


def decode_uuid(text: str) -> bytes:
    """Decode a UUID to 16 bytes; FormatError unless it is a lower-case one of version 4."""
    return decode_hex(_check_uuid(text).replace("-", ""), 16)


def encode_utf8(text: str) -> bytes:
    """Encode text; FormatError for a lone surrogate, which UTF-8 cannot carry."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as cause:
        raise FormatError("format", "text: a lone surrogate") from cause


def decode_utf8(data: bytes) -> str:
    """Decode text; FormatError unless it is UTF-8. A byte order mark is text like any other."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as cause:
        raise FormatError("format", "text: not UTF-8") from cause


def encode_u32(value: int) -> bytes:
    """Encode 0..2^32-1 as 4 bytes, big-endian; FormatError out of range."""
    return _encode_unsigned(value, 4, 2**32 - 1)


def encode_u64(value: int) -> bytes:
    """Encode 0..2^53-1 as 8 bytes, big-endian; FormatError out of range."""
    return _encode_unsigned(value, 8, MAX_INTEGER)


def decode_u32(data: bytes) -> int:
    """Decode 4 bytes, big-endian; FormatError for another length."""
    return _decode_unsigned(data, 4)


def decode_u64(data: bytes) -> int:
    """Decode 8 bytes, big-endian; FormatError for another length or above 2^53-1."""
    return _decode_unsigned(data, 8)


def concat(*parts: bytes) -> bytes:
    """Join byte strings."""
    return b"".join(parts)


def equal(left: bytes, right: bytes) -> bool:
    """Compare in a time that depends on the length alone: no tag is guessed byte by byte."""
    return hmac.compare_digest(left, right)


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of SHA-256."""
    return hashlib.sha256(data).digest()


def _expect_length(data: bytes, length: int | None) -> bytes:
    if length is not None and len(data) != length:
        raise FormatError("format", f"bytes: {len(data)} where {length} are due")
    return data


def _check_uuid(text: str) -> str:
    if not _UUID4.fullmatch(text):
        raise FormatError("format", "uuid: not a lower-case version 4")
    return text


def _encode_unsigned(value: int, size: int, highest: int) -> bytes:
    if not 0 <= value <= highest:
        raise FormatError("format", "integer: out of range")
    return value.to_bytes(size, "big")


def _decode_unsigned(data: bytes, size: int) -> int:
    value = int.from_bytes(_expect_length(data, size), "big")
    if value > MAX_INTEGER:
        raise FormatError("format", "integer: above 2^53-1")
    return value
