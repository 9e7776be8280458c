"""Bodies: strict JSON of the exact shape, or an exact 4xx and no change (spec §6)."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from tests.vault.member import ROOT, Member, make_uuid
from vault.exceptions import REFUSALS, Refusal
from vault.models import Upload
from vault.parsers import parse_json

pytestmark = pytest.mark.django_db


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


MALFORMED = [
    b"",
    b"{",
    b"{}x",
    b"\xef\xbb\xbf{}",  # a byte order mark
    b'{"length":5,"length":6}',
    b'{"a":{"b":1,"b":1}}',
    b'{"length":NaN}',
    b'{"length":Infinity}',
    b'{"length":-Infinity}',
    b'{"version":"\\u0000"}',
    b'{"version":"\\ud800"}',
    b'{"\\udfff":1}',
    b'{"version":"\x00"}',
    b'{"version":"\xff"}',
    '{"version":"é"}'.encode("latin-1"),
    '{"length":5}'.encode("utf-16"),
    b"[" * 100_000,
    b"[" * 40 + b"]" * 40,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"length":' + b"9" * 5_000 + b"}",
    b"{'length':5}",
    b'{"length":5,}',
    b'{"length":05}',
    gzip.compress(b'{"length":5}'),
]


@pytest.mark.parametrize("body", [body for body in MALFORMED if 0 < len(body) < 65_000])
def test_malformed_json(owner: Member, body: bytes) -> None:
    assert code(owner.send("POST", "uploads", body)) == (400, "malformed_json")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("body", MALFORMED)
def test_the_parser_refuses_it_at_any_length(body: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_json(body)
    assert refusal.value.code == "malformed_json"


def test_the_parser_takes_strict_json() -> None:
    text = '{"a":[1,-2,0.5,true,null,"é\\n\\ud83d\\ude00"],"b":{}}'
    assert parse_json(text.encode()) == {"a": [1, -2, 0.5, True, None, "é\n😀"], "b": {}}


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true", b"{}"])
def test_json_of_another_shape(owner: Member, body: bytes) -> None:
    assert code(owner.send("POST", "uploads", body)) == (400, "invalid")


def test_no_body_is_an_empty_one(owner: Member) -> None:
    assert code(owner.send("POST", "uploads")) == (400, "invalid")


def test_an_unknown_field_is_named(owner: Member) -> None:
    body = {"length": 5, "version": make_uuid(), "owner": make_uuid()}
    response = owner.send("POST", "uploads", body)
    assert response.json() == {"code": "invalid", "detail": "owner: is an unknown field"}


def test_a_sentence_names_the_field_at_fault(owner: Member) -> None:
    body = {"statements": [{"items": [], "signature": "x", "statement": "AA"}]}
    response = owner.send("POST", "statements", body)
    assert response.json()["detail"].startswith("statements.0.signature: ")


@pytest.mark.parametrize(
    ("path", "limit"), [("uploads", 65_536), ("downloads", 65_536), ("statements", 33_554_432)]
)
def test_a_body_beyond_the_limit(owner: Member, path: str, limit: int) -> None:
    assert code(owner.send("POST", path, b" " * (limit + 1))) == (413, "too_large")
    assert code(owner.send("POST", path, b" " * (limit - 2) + b"{}")) == (400, "invalid")


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "",
        "é",
    ],
)
def test_only_json_is_json(owner: Member, content_type: str) -> None:
    response = owner.client.generic(
        "POST",
        f"{ROOT}uploads",
        b'{"length":5}',
        content_type=content_type,
        headers={"X-CSRFToken": owner.token},
    )
    assert code(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"]
)
def test_parameters_of_the_content_type_do_not_matter(owner: Member, content_type: str) -> None:
    response = owner.client.generic(
        "POST",
        f"{ROOT}uploads",
        b"{}",
        content_type=content_type,
        headers={"X-CSRFToken": owner.token},
    )
    assert code(response) == (400, "invalid")


def test_a_large_form_is_refused_too(owner: Member) -> None:
    """Django would look for its CSRF token in it, and read all of it for that."""
    response = owner.client.generic(
        "POST",
        f"{ROOT}uploads",
        b"a=" + b"x" * 30_000_000,
        content_type="application/x-www-form-urlencoded",
        headers={"X-CSRFToken": owner.token},
    )
    assert code(response) == (415, "unsupported_media_type")


def test_a_broken_form_is_refused_too(owner: Member) -> None:
    response = owner.client.generic(
        "POST",
        f"{ROOT}session",
        b"--x\r\nbroken",
        content_type="multipart/form-data; boundary=é",
        headers={"X-CSRFToken": owner.token},
    )
    assert response.status_code in (400, 415)
    assert response.json()["code"] in ("invalid", "malformed_json", "unsupported_media_type")


def test_a_chunked_body_needs_a_length(owner: Member) -> None:
    response = owner.client.generic(
        "POST",
        f"{ROOT}uploads",
        b'{"length":5}',
        content_type="application/json",
        headers={"X-CSRFToken": owner.token},
        CONTENT_LENGTH="",  # type: ignore[arg-type]
        HTTP_TRANSFER_ENCODING="chunked",  # type: ignore[arg-type]
    )
    assert code(response) == (411, "length_required")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PATCH", "vault", (405, "method_not_allowed")),
        ("DELETE", "vault", (405, "method_not_allowed")),
        ("OPTIONS", "vault", (405, "method_not_allowed")),
        ("TRACE", "session", (405, "method_not_allowed")),
        ("GET", "nowhere", (404, "not_found")),
        ("GET", "uploads/not-a-uuid", (404, "not_found")),
        ("GET", "uploads/0B4CF2B9-5A39-4A0D-9D6E-4F4D5B6A7C80", (404, "not_found")),
        ("GET", f"uploads/{make_uuid()}/", (404, "not_found")),
        ("PUT", f"uploads/{make_uuid()}/blocks/-1", (404, "not_found")),
        ("PUT", f"uploads/{make_uuid()}/blocks/x", (404, "not_found")),
    ],
)
def test_wrong_addresses_and_methods(
    owner: Member, method: str, path: str, expected: tuple[int, str]
) -> None:
    response = owner.send(method, path)
    assert code(response) == expected
    if response.status_code == 405:
        assert "GET" in response["Allow"]


def test_the_accept_header_changes_nothing(owner: Member) -> None:
    for accept in ("text/html", "application/octet-stream", "x", "*/*;q=0"):
        response = owner.get("vault?format=xml", Accept=accept)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"


def test_answers_stay_in_no_cache(owner: Member) -> None:
    for response in (owner.get("vault"), Client().get(f"{ROOT}vault"), owner.get("session")):
        assert response["Cache-Control"] == "no-store"


def test_every_refusal_is_one_sentence_with_a_fitting_status() -> None:
    for name, (status, sentence) in REFUSALS.items():
        assert name.islower(), name
        assert 400 <= status < 508, name
        assert sentence.endswith("."), name
        assert sentence[0].isupper(), name
