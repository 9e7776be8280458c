"""Parsers for fields that several structures share, and the context they are bound to (spec §1).

Mirror: static/js/core/fields.js.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from audit.canonical import Json
from vault.client.bytes import encode_utf8
from vault.client.canonical import parse_bytes, parse_integer, parse_text, parse_uuid
from vault.client.errors import FormatError

FORMAT_VERSION = 1

_MAX_TYPE = 255
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


def encode_context(purpose: str, *parts: bytes) -> bytes:
    """Return purpose ‖ 0x00 ‖ parts: the associated data or label that ties a seal to its place.

    No purpose holds a zero byte and all parts but the last have a fixed length, so that two
    contexts are never the same bytes.
    """
    return b"".join((encode_utf8(purpose), b"\x00", *parts))


def parse_format_version(value: Json) -> int:
    """Read `v`; FormatError for any but 1: another version may mean other things by its fields."""
    if parse_integer(value) != FORMAT_VERSION:
        raise FormatError("format", "v: an unknown version")
    return FORMAT_VERSION


def parse_positive(value: Json) -> int:
    """Read an integer from 1; FormatError otherwise."""
    number = parse_integer(value)
    if number == 0:
        raise FormatError("format", "integer: 0 where counting begins at 1")
    return number


def parse_choice(value: Json, choices: Sequence[str]) -> str:
    """Read one of a closed set of words; FormatError for any other."""
    word = parse_text(value)
    if word not in choices:
        raise FormatError("format", "text: an unknown word")
    return word


def parse_bounded(value: Json, limit: int) -> str:
    """Read text of at most `limit` bytes of UTF-8; FormatError if it is longer."""
    text = parse_text(value)
    if len(encode_utf8(text)) > limit:
        raise FormatError("format", f"text: longer than {limit} bytes")
    return text


def parse_base64(value: Json, length: int | None = None) -> str:
    """Read base64url of `length` bytes, if given, and keep it as text; FormatError otherwise."""
    parse_bytes(value, length)
    return parse_text(value)


def parse_media_type(value: Json) -> str:
    """Read a media type, untrusted text; FormatError if it is longer than 255 bytes."""
    return parse_bounded(value, _MAX_TYPE)


def parse_optional_uuid(value: Json) -> str:
    """Read a UUID or "" for none; FormatError otherwise."""
    return "" if value == "" else parse_uuid(value)


def parse_username(value: Json) -> str:
    """Read a username (spec §5.3); FormatError if it is none."""
    name = parse_text(value)
    if not _USERNAME.fullmatch(name):
        raise FormatError("format", "username: 3 to 32 of a-z 0-9 . _ -, a letter or digit first")
    return name
