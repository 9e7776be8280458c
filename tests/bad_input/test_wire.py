"""Broken and forged HTTP at a real server: refused, nothing changed, and it goes on (spec §6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from tests.bad_input.unchanged import nothing_changes_in
from tests.bad_input.wire import Answer, Wire
from tests.server import Server

BODY = b'{"length":5,"version":"3e7f1803-a726-496f-8a0b-027d41fd59c9"}'


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, static_files: Path) -> Iterator[Server]:
    """Return a server whose rows nobody else changes: no jobs, no other test."""
    server = Server(tmp_path_factory.mktemp("wire"), static_files)
    server.migrate()
    server.start(jobs=False)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def wire(instance: Server) -> Wire:
    return Wire(instance).sign_up()


def refused(wire: Wire, data: bytes) -> Answer:
    """Send what must be refused; return the answer."""
    with nothing_changes_in(wire.server.data):
        answer = wire.send(data)
    # It is no fault of the server, echoes nothing, and the server is still there. 501 is what
    # RFC 9112 §6.1 demands for a transfer coding that is unknown.
    assert answer.status < 500 or answer.status == 501, answer
    assert b"evil" not in answer.head + answer.body
    assert requests.get(f"http://127.0.0.1:{wire.server.port}/readyz", timeout=30).ok
    return answer


# --- bodies that are not as long as said ----------------------------------------------------------


def test_a_json_body_shorter_than_said(wire: Wire) -> None:
    answer = refused(wire, wire.json_head(len(BODY) + 10) + BODY[:-3])
    assert (answer.status, answer.problem["code"]) == (400, "malformed_json")


def test_a_json_body_longer_than_said(wire: Wire) -> None:
    answer = refused(wire, wire.json_head(len(BODY) - 1) + BODY)
    assert (answer.status, answer.problem["code"]) == (400, "malformed_json")


@pytest.mark.parametrize("missing", [1, 50, 132])
def test_a_block_shorter_than_said(wire: Wire, missing: int) -> None:
    draft = wire.open_upload()
    block = draft.blocks[0]
    answer = refused(wire, wire.block_head(draft, len(block)) + block[:-missing])
    assert (answer.status, answer.problem["code"]) == (400, "block_length")


def test_a_block_longer_than_said(wire: Wire) -> None:
    """Only what was announced is read, and that is no whole block; the rest is no request."""
    draft = wire.open_upload()
    block = draft.blocks[0]
    answer = refused(wire, wire.block_head(draft, len(block) - 1) + block)
    assert (answer.status, answer.problem["code"]) == (400, "block_length")


def test_an_empty_block(wire: Wire) -> None:
    answer = refused(wire, wire.block_head(wire.open_upload(), 0))
    assert (answer.status, answer.problem["code"]) == (400, "block_length")


@pytest.mark.parametrize("length", [2**63, 2**64, 10**30])
def test_a_huge_length_is_refused_unread(wire: Wire, length: int) -> None:
    answer = refused(wire, wire.block_head(wire.open_upload(), length) + b"x")
    assert (answer.status, answer.problem["code"]) == (400, "block_length")


def test_a_chunked_body_needs_a_length(wire: Wire) -> None:
    head = wire.head(
        "POST",
        "/api/v1/uploads",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    chunked = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"
    answer = refused(wire, head + chunked)
    assert (answer.status, answer.problem["code"]) == (411, "length_required")


# --- request smuggling: two readers must never see two requests ----------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 61", "Content-Length: 60"),
        ("Content-Length: 61", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity", "Content-Length: 61"),
        ("Transfer-Encoding: xchunked", "Content-Length: 61"),
        ("Content-Length: -1",),
        ("Content-Length: +61",),
        ("Content-Length: 0x3d",),
        ("Content-Length: 6 1",),
        ("Content-Length : 61",),
        ("Content_Length: 61", "Content-Length: 61", "X\nTransfer-Encoding: chunked"),
    ],
)
def test_two_readings_of_the_length(wire: Wire, lines: tuple[str, ...]) -> None:
    answer = refused(
        wire,
        wire.head("POST", "/api/v1/uploads", "Content-Type: application/json", *lines) + BODY,
    )
    assert answer.status in (0, 400, 501), answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS hello
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n",
        b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n",
        b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX" + b"x" * 70_000 + b": x\r\n\r\n",
        b"GET /api/v1/session HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"G\xe9T / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_http(wire: Wire, data: bytes) -> None:
    assert refused(wire, data).status in (0, 400, 414, 431, 505)


# --- forged headers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8000",
        "localhost:evil",
        "user@evil.example",
        "[::evil]",
        "evil.example/localhost",
        "local\thost",
        "é.example",
        "127.0.0.2",
        "0x7f.1",
        "localhost,evil.example",
    ],
)
def test_a_forged_host(wire: Wire, host: str) -> None:
    answer = refused(wire, wire.head("GET", "/api/v1/session", host=host))
    assert (answer.status, answer.problem["code"]) == (400, "invalid")


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"])
def test_a_forged_forwarding_header_changes_nothing(wire: Wire, header: str) -> None:
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = refused(wire, wire.head("GET", "/healthz", f"{header}: {value}"))
    assert answer.status == 200


def test_a_forged_address_is_not_the_one_logged(wire: Wire) -> None:
    body = b"{}"
    answer = wire.send(
        wire.head(
            "DELETE",
            "/api/v1/session",
            "X-Forwarded-For: 203.0.113.9",
            "X-Real-IP: 203.0.113.9",
            "Forwarded: for=203.0.113.9",
            "X-Forwarded-Proto: https",
            f"Content-Length: {len(body)}",
        )
        + body
    )
    assert answer.status == 204
    with closing(sqlite3.connect(wire.server.data / "coffer.sqlite3")) as database:
        addresses = {
            value
            for (value,) in database.execute(
                "SELECT value FROM audit_commitment WHERE name = 'address'"
            )
        }
    assert addresses == {"127.0.0.1"}
    wire.member = type(wire.member)("wanda2")
    wire.sign_up()


@pytest.mark.parametrize(
    "header",
    [
        "Cookie: coffer_session=" + "A" * 5_000,
        "Cookie: coffer_session=../../etc/passwd; coffer_csrf=\xff",
        "Cookie: =;;=;coffer_session",
        "Accept: " + "x/" * 3_000,
        "Accept-Language: \xff\xfe, x-evil;q=abc",
        "Accept-Encoding: \xff;q=nan",
        "Content-Type: \xff/\xff; charset=evil",
        "Content-Type: multipart/form-data",
        "Range: bytes=-999999999999999999999",
        "If-None-Match: \xff",
        "If-Modified-Since: yesterday",
        "If-Modified-Since: Thu, 99 Feb 99999 99:99:99 GMT",
        "Expect: the-unexpected",
        "Upgrade: h2c",
        "Origin: \xff",
        "Referer: //[",
        "User-Agent: \xff\x01",
        "Authorization: Basic \xff",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/vault", "/login/", "/sw.js", "/static/css/base.css"])
def test_an_odd_header(wire: Wire, path: str, header: str) -> None:
    with nothing_changes_in(wire.server.data):
        answer = wire.send(wire.head("GET", path, header))
    assert answer.status < 500, answer


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/%00",
        "/api/v1/uploads/%00",
        "/api/v1/uploads/3e7f1803-a726-496f-8a0b-027d41fd59c9%00",
        "/api/v1/%ff%fe",
        "/api/v1/..%2f..%2fetc%2fpasswd",
        "/api/v1/../../etc/passwd",
        "//evil.example/api/v1/session",
        "/static/../manage.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/%00",
        "/static/css",
        "/.git/config",
        "/media/x",
        "/api/v1/versions/3e7f1803-a726-496f-8a0b-027d41fd59c9/blocks/%2e%2e",
        "/%F0%9F%98%80",
        "/" + "a/" * 2_000,
    ],
)
def test_an_address_that_leads_nowhere(wire: Wire, path: str) -> None:
    answer = refused(wire, wire.head("GET", path))
    assert answer.status == 404
    assert b"root:" not in answer.body
    if path.startswith("/api/"):
        assert answer.problem["code"] == "not_found"


@pytest.mark.parametrize(
    "method", ["FOO", "get", "TRACE", "CONNECT", "PROPFIND", "PATCH", "M-SEARCH"]
)
def test_a_method_that_nothing_knows(wire: Wire, method: str) -> None:
    answer = refused(wire, wire.head(method, "/api/v1/session"))
    assert answer.status in (400, 403, 405)
    if answer.status != 400:
        assert answer.problem["code"] in ("csrf_failed", "method_not_allowed")
