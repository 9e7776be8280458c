"""Canonical JSON has one encoding per value and accepts no other (spec §1.2, RFC 8785)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import MAX_DEPTH, MAX_INTEGER, CanonicalError, Json, decode, encode

KEYS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Json] = st.recursive(
    TEXTS | st.booleans() | st.integers(0, MAX_INTEGER),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_was_encoded_decodes_to_the_same(value: Json) -> None:
    assert decode(encode(value)) == value
    assert json.loads(encode(value)) == value


@given(st.binary())
def test_whatever_is_accepted_is_its_own_encoding(data: bytes) -> None:
    try:
        value = decode(data)
    except CanonicalError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"b": 1, "a": True, "_": [], "aa": {}}, b'{"_":[],"a":true,"aa":{},"b":1}'),
        ('\b\t\n\f\r"\\\0\x1f\x7f/', b'"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001f\x7f/"'),
        ("€ö\u2028😀\ufeff", '"€ö\u2028😀\ufeff"'.encode()),
        (MAX_INTEGER, b"9007199254740991"),
        (0, b"0"),
    ],
)
def test_an_encoding_is_exact(value: Json, data: bytes) -> None:
    assert encode(value) == data
    assert decode(data) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.0,
        -1,
        MAX_INTEGER + 1,
        float("nan"),
        "\ud800",
        b"bytes",
        (1,),
        {"A": 1},
        {"a1": 1},
        {"": 1},
        {"ä": 1},
        {1: 1},
        {"a\n": 1},
        [[None]],
        {"a": {"b": 0.5}},
    ],
)
def test_a_value_outside_the_model_is_refused(value: Json) -> None:
    with pytest.raises(CanonicalError):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1 ",
        b'{"a":1,}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":1}',
        b'{"A":1}',
        b'"\\u0061"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\n"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xc0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '"a"'.encode("utf-16"),
        b"-0",
        b"-1",
        b"01",
        b"+1",
        b"1.0",
        b"1e3",
        b"9007199254740992",
        b"1" * 5000,
        b"NaN",
        b"Infinity",
        b"null",
        b"[null]",
        b"{}{}",
        b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
    ids=lambda data: data[:24].hex(),
)
def test_bytes_that_are_not_the_one_encoding_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        decode(data)


def test_nesting_is_allowed_to_its_limit_and_no_deeper() -> None:
    deepest = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert encode(decode(deepest)) == deepest
    with pytest.raises(CanonicalError, match="deeper"):
        decode(b"[" + deepest + b"]")
    with pytest.raises(CanonicalError, match="deeper"):
        decode(b'{"a":' + deepest + b"}")
