"""Canonical JSON: RFC 8785 over a restricted model, encoded and strictly decoded (spec §1.2)."""

import json
import re
from typing import TypeAlias, cast

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | int"

MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1

_KEY = re.compile(r"[a-z_]+")


class CanonicalError(ValueError):
    """A value outside the model, or bytes that are not its one encoding."""


def encode(value: Json) -> bytes:
    """Return the one encoding of a value (RFC 8785).

    Keys are ASCII, so sorting by code point is sorting by UTF-16 unit, and integers stay below
    2^53, so none needs the number format of ECMAScript: what remains of RFC 8785 is what `json`
    writes. Raises CanonicalError for any value outside the model.
    """
    _check(value, 1)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("a string holds a lone surrogate") from error


def decode(data: bytes) -> Json:
    """Return the value whose one encoding these bytes are.

    Comparing with the value encoded again is the whole check: a duplicate key, white space, another
    escape, another order of keys or -0 would let two readers see two values in the same bytes, and
    each comes back as other bytes. Raises CanonicalError.
    """
    try:
        value = cast("Json", json.loads(data.decode()))
    # Deep nesting exhausts the parser before the depth limit below can be checked.
    except (ValueError, RecursionError) as error:
        raise CanonicalError("the bytes are not JSON in UTF-8") from error
    if encode(value) != data:
        raise CanonicalError("the JSON is not in its canonical form")
    return value


def _check(value: object, depth: int) -> None:
    match value:
        case str() | bool():
            return
        case int():
            if not 0 <= value <= MAX_INTEGER:
                raise CanonicalError("an integer is outside 0 to 2^53 - 1")
        case dict() | list():
            if depth > MAX_DEPTH:
                raise CanonicalError(f"the nesting is deeper than {MAX_DEPTH}")
            if isinstance(value, dict):
                _check_keys(value)
                value = list(value.values())
            for item in value:
                _check(item, depth + 1)
        case _:
            raise CanonicalError("only objects, arrays, strings, booleans and integers exist here")


def _check_keys(value: dict[object, object]) -> None:
    for key in value:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise CanonicalError("an object key has other characters than a to z and _")
