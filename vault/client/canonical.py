"""Canonical JSON: RFC 8785 over a restricted model, and strict reading of its values (spec §1).

Mirror: static/js/core/canonical.js. The encoding itself is audit.canonical, which knows no Django
either: one Python implementation serves the server, the verifier and the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from audit import canonical
from audit.canonical import MAX_INTEGER, Json
from vault.client.bytes import decode_base64, decode_hex, decode_uuid
from vault.client.errors import FormatError

Item = TypeVar("Item")


def encode_json(value: object) -> bytes:
    """Encode to the one byte form of a value: sorted keys, no white space, shortest escapes.

    Takes dicts, lists, strings, booleans, integers 0..2^53-1. Raises FormatError for anything
    else, a key outside [a-z_]+, nesting deeper than 16, a lone surrogate.
    """
    try:
        return canonical.encode(cast("Json", value))
    except canonical.CanonicalError as cause:
        raise FormatError("format", f"json: {cause}") from cause


def decode_json(data: bytes) -> Json:
    """Read a value whose bytes are its canonical form; FormatError otherwise.

    Duplicate keys, floats, exponents, -0, white space and other escapes all fail by one rule:
    encoding the value again must give the same bytes, so that what was hashed or signed can have
    no second meaning.
    """
    try:
        return canonical.decode(data)
    except canonical.CanonicalError as cause:
        raise FormatError("format", f"json: {cause}") from cause


def parse_fields(value: Json, parsers: Mapping[str, Callable[[Json], Any]]) -> dict[str, Any]:
    """Read an object that has exactly the named fields, each through its own parser.

    Raises FormatError if it is no object or a field is missing or unknown, and what a parser
    raises.
    """
    if not isinstance(value, dict):
        raise FormatError("format", "json: no object")
    # An unknown field may be a demand that this version does not understand: refused, not skipped.
    if value.keys() != parsers.keys():
        raise FormatError("format", "json: a field is missing or unknown")
    return {name: parser(value[name]) for name, parser in parsers.items()}


def parse_list(value: Json, parser: Callable[[Json], Item]) -> list[Item]:
    """Read an array, each item through the parser; FormatError if it is none."""
    if not isinstance(value, list):
        raise FormatError("format", "json: no array")
    return [parser(item) for item in value]


def parse_text(value: Json) -> str:
    """Read a string; FormatError if it is none."""
    if not isinstance(value, str):
        raise FormatError("format", "json: no text")
    return value


def parse_integer(value: Json) -> int:
    """Read an integer 0..2^53-1; FormatError if it is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INTEGER:
        raise FormatError("format", "json: no integer")
    return value


def parse_uuid(value: Json) -> str:
    """Read a UUID as text; FormatError if it is none."""
    text = parse_text(value)
    decode_uuid(text)
    return text


def parse_hash(value: Json) -> str:
    """Read the hex form of 32 bytes; FormatError if it is none."""
    text = parse_text(value)
    decode_hex(text, 32)
    return text


def parse_bytes(value: Json, length: int | None = None) -> bytes:
    """Read base64url bytes, of `length` if given; FormatError otherwise."""
    return decode_base64(parse_text(value), length)
