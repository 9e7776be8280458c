"""Bodies that are no strict JSON, at every operation: 400 `malformed_json`, nothing changed (§6).

Each is a body that the operation accepts, with one defect.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.bad_input.operations import OPERATIONS, encoded
from tests.bad_input.unchanged import nothing_changes
from tests.vault.member import Member

pytestmark = pytest.mark.django_db


def with_field(text: str) -> Callable[[bytes], bytes]:
    """Return a defect: one more field, as text, in front of the others."""
    return lambda body: b"{" + text.encode("utf-8", "surrogatepass") + b"," + body[1:]


def double_first_field(body: bytes) -> bytes:
    """Say the first field twice: a proxy might check the one and the server use the other."""
    name, value = next(iter(json.loads(body).items()))
    return b"{" + encoded({name: value})[1:-1] + b"," + body[1:]


DEFECTS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda body: body[:-1],
    "truncated_in_the_middle": lambda body: body[: len(body) // 2],
    "trailing_garbage": lambda body: body + b"}",
    "two_values": lambda body: body + body,
    "byte_order_mark": lambda body: b"\xef\xbb\xbf" + body,
    "utf_16": lambda body: body.decode().encode("utf-16"),
    "utf_32": lambda body: body.decode().encode("utf-32"),
    "latin_1": lambda body: b'{"\xe9":1,' + body[1:],
    "duplicate_key": double_first_field,
    "nan": with_field('"x":NaN'),
    "infinity": with_field('"x":-Infinity'),
    "nul": with_field('"x":"\\u0000"'),
    "bare_nul": with_field('"x":"\0"'),
    "nul_in_a_key": with_field('"\\u0000":1'),
    "lone_surrogate": with_field('"x":"\\ud800"'),
    "lone_surrogate_in_a_key": with_field('"\\udfff":1'),
    "encoded_surrogate": with_field('"x":"\ud800"'),
    "nested_17_deep": with_field('"x":' + "[" * 17 + "]" * 17),
    "nested_2000_deep": with_field('"x":' + '{"a":' * 2_000 + "1" + "}" * 2_000),
    "number_of_5000_digits": with_field('"x":' + "9" * 5_000),
    "comment": with_field("/* */"),
    "gzip": gzip.compress,
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_body_with_one_defect(owner: Member, name: str, defect: str) -> None:
    operation = OPERATIONS[name]
    body = DEFECTS[defect](encoded(operation.make(owner)))
    with nothing_changes():
        response = operation.send(owner, body)
    assert (response.status_code, response.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_body_without_the_defect_is_accepted(owner: Member, name: str) -> None:
    operation = OPERATIONS[name]
    response = operation.send(owner, encoded(operation.make(owner)))
    assert response.status_code == operation.status, response.content


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_body_at_all(owner: Member, name: str) -> None:
    operation = OPERATIONS[name]
    operation.make(owner)
    with nothing_changes():
        response = operation.send(owner, b"")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "x"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_compressed_body_is_never_unpacked(owner: Member, name: str, encoding: str) -> None:
    """A gzip bomb: 10 KB that would become 10 MB are 10 KB of no JSON."""
    operation = OPERATIONS[name]
    operation.make(owner)
    bomb = gzip.compress(b" " * 10_000_000)
    with nothing_changes():
        response = operation.send(owner, bomb, **{"Content-Encoding": encoding})
    assert (response.status_code, response.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_body_beyond_the_limit(owner: Member, name: str) -> None:
    operation = OPERATIONS[name]
    body: dict[str, Any] = operation.make(owner)
    with nothing_changes():
        response = operation.send(owner, b" " * 33_554_432 + encoded(body))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
