"""What a vector is: one call, its arguments and the verdict that every language must give.

A file is JSON {"call", "arguments", "expect", "result"}: `call` names a function of the core in
snake case or one of the procedures that the runners of both languages know; `expect` is `ok` or an
error code; `result` is there if the call returns something that both languages can write down.
Bytes are {"hex": …}, long runs {"hex": …, "repeat": n}.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

Vector = dict[str, Any]


class Repeated:
    """Bytes repeated: a long argument in a short file."""

    def __init__(self, unit: bytes, count: int) -> None:
        self.unit = unit
        self.count = count


def accepts(call: str, *arguments: object, result: object = None) -> Vector:
    """Return the vector of a call that succeeds."""
    vector = {"call": call, "arguments": encode_value(list(arguments)), "expect": "ok"}
    return vector if result is None else {**vector, "result": encode_value(result)}


def refuses(code: str, call: str, *arguments: object) -> Vector:
    """Return the vector of a call that fails with a code."""
    return {"call": call, "arguments": encode_value(list(arguments)), "expect": code}


def encode_value(value: object) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Repeated):
        return {"hex": value.unit.hex(), "repeat": value.count}
    if isinstance(value, (bytes, bytearray)):
        return {"hex": value.hex()}
    if isinstance(value, (list, tuple)):
        return [encode_value(item) for item in value]
    if isinstance(value, dict):
        return {key: encode_value(item) for key, item in value.items()}
    return value


def decode_value(value: Any) -> Any:
    """Return the argument that encode_value wrote."""
    if isinstance(value, dict) and "hex" in value:
        return bytes.fromhex(value["hex"]) * value.get("repeat", 1)
    if isinstance(value, list):
        return [decode_value(item) for item in value]
    if isinstance(value, dict):
        return {key: decode_value(item) for key, item in value.items()}
    return value


def stream(name: str, length: int) -> bytes:
    """Return bytes that look random and depend on the name alone."""
    return hashlib.shake_256(name.encode()).digest(length)


@contextmanager
def seeded(name: str) -> Iterator[None]:
    """Make the core's randomness depend on the name alone, so that sealing gives the same bytes."""
    drawn = 0

    def urandom(length: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return stream(f"{name} {drawn}", length)

    with patch.object(os, "urandom", urandom):
        yield


@contextmanager
def fixed_random() -> Iterator[None]:
    """Make every draw of n bytes the bytes 3·i + n, in whatever order they are drawn."""

    def urandom(length: int) -> bytes:
        return bytes((3 * index + length) % 256 for index in range(length))

    with patch.object(os, "urandom", urandom):
        yield
