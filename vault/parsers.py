"""Request bodies: strict JSON within a limit of bytes (spec §6)."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any, NoReturn

from rest_framework.parsers import BaseParser

from vault.exceptions import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BODY_LIMIT = 65_536
MAX_DEPTH = 16


class StrictJSONParser(BaseParser):
    """JSON with one meaning for every reader, of at most the view's `body_limit` bytes."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        view = (parser_context or {}).get("view")
        limit: int = getattr(view, "body_limit", DEFAULT_BODY_LIMIT)
        # One byte more than allowed tells a body that lies about its length from one that fits.
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Refusal("too_large")
        return parse_json(body)


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON text.

    Raises Refusal `malformed_json` for what readers disagree about: duplicate keys (a proxy may
    have checked the other one), NaN and Infinity, lone surrogates, NUL (which ends text in a
    database), other encodings than UTF-8, nesting that exhausts a parser.
    """
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant
        )
        _check(value, 0)
    except (ValueError, RecursionError) as error:
        raise Refusal("malformed_json") from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ValueError("a string holds NUL")
    if not text.isascii():
        text.encode()  # raises UnicodeEncodeError, a ValueError, for a lone surrogate
