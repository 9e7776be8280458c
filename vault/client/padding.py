"""Padding that hides the length of names and metadata (spec §1).

Mirror: static/js/core/padding.js.
"""

from __future__ import annotations

from vault.client.bytes import decode_u32, encode_u32
from vault.client.errors import FormatError

_PAD_STEP = 256
_PAD_PREFIX = 4


def pad(data: bytes) -> bytes:
    """Return u32 length, data, zeros up to a multiple of 256 bytes: hides a name's length."""
    padding = _padded_length(len(data)) - _PAD_PREFIX - len(data)
    return encode_u32(len(data)) + data + bytes(padding)


def unpad(padded: bytes) -> bytes:
    """Return the data inside; FormatError unless this is the one padded form of it.

    Refused: a length that does not fit, padding that is not zero, more of it than needed.
    """
    if len(padded) < _PAD_PREFIX:
        raise FormatError("format", "padding: too short")
    length = decode_u32(padded[:_PAD_PREFIX])
    # One padded form per value: neither spare bytes to hide something in nor a size that tells
    # clients apart.
    if len(padded) != _padded_length(length):
        raise FormatError("format", "padding: not the shortest multiple")
    if any(padded[_PAD_PREFIX + length :]):
        raise FormatError("format", "padding: not zero")
    return padded[_PAD_PREFIX : _PAD_PREFIX + length]


def _padded_length(length: int) -> int:
    return -(-(_PAD_PREFIX + length) // _PAD_STEP) * _PAD_STEP
