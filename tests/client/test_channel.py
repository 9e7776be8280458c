"""Calls over a scripted Fetcher: retries, errors by code, cookies, strict JSON (spec §6)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from vault.client.answers import parse_posted
from vault.client.api import Api
from vault.client.channel import Channel
from vault.client.errors import (
    CofferError,
    ConflictError,
    FormatError,
    NetworkError,
    QuotaError,
    TamperedError,
)
from vault.client.fetcher import Request, Response
from vault.client.refused import RefusedError


class Script:
    """A Fetcher that plays answers in order, the last one for ever; None is a dead network."""

    def __init__(self, *answers: Response | None) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    def fetch(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise NetworkError("network", "dead")
        return answer


def _channel(script: Script, waits: list[float] | None = None) -> Channel:
    return Channel(script, sleep=(waits if waits is not None else []).append)


def _error(code: str, status: int = 400) -> Response:
    return Response(status, f'{{"code":"{code}","detail":"","head":{{}}}}'.encode())


_OK = Response(200, b'{"answer":1}')
_BUSY = _error("unavailable", 503)


def test_what_may_be_repeated_is_tried_again_with_growing_pauses() -> None:
    script, waits = Script(None, _BUSY, None, _BUSY, _OK), list[float]()
    assert _channel(script, waits).call_again("GET", "vault") == {"answer": 1}
    assert len(script.requests) == 5
    assert waits == sorted(set(waits))


def test_trying_again_ends() -> None:
    script = Script(None)
    with pytest.raises(NetworkError):
        _channel(script).call_again("GET", "vault")
    assert len(script.requests) == 5


def test_what_may_not_be_repeated_is_sent_once() -> None:
    script = Script(None, _OK)
    with pytest.raises(NetworkError):
        _channel(script).call("POST", "session", {})
    assert len(script.requests) == 1


def test_refusal_is_not_repeated() -> None:
    script = Script(_error("not_found", 404), _OK)
    with pytest.raises(RefusedError, match="not_found"):
        _channel(script).call_again("GET", "vault")
    assert len(script.requests) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("conflict", ConflictError),
        ("quota", QuotaError),
        ("stale_head", RefusedError),
        ("login_failed", RefusedError),
    ],
)
def test_server_reports_what_is_its_to_report(code: str, kind: type[CofferError]) -> None:
    with pytest.raises(CofferError) as caught:
        _channel(Script(_error(code, 409))).call("GET", "vault")
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize("code", ["tampered_content", "wrong_key", "key_changed", "policy_kdf"])
def test_server_cannot_claim_what_only_a_client_finds_out(code: str) -> None:
    with pytest.raises(NetworkError):
        _channel(Script(_error(code))).call("GET", "vault")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1.5}', b"[" * 100_000, b"\xff"],
    ids=["empty", "html", "duplicate", "nan", "float", "deep", "not utf-8"],
)
@pytest.mark.parametrize("status", [200, 400])
def test_answer_without_strict_json_is_no_answer(status: int, body: bytes) -> None:
    with pytest.raises(NetworkError):
        _channel(Script(Response(status, body))).call("GET", "vault")


@pytest.mark.parametrize("code", ["", "Not A Code", "\\u001b[31m", "a" * 41])
def test_error_without_a_code_is_no_answer(code: str) -> None:
    with pytest.raises(NetworkError):
        _channel(Script(_error(code))).call("GET", "vault")


@pytest.mark.parametrize("status", [302, 206, 500])
def test_unexpected_status_is_no_answer(status: int) -> None:
    with pytest.raises(NetworkError):
        _channel(Script(Response(status, b'{"answer":1}'))).call("GET", "vault")


def test_cookies_are_kept_sent_and_forgotten() -> None:
    script = Script(
        Response(200, b"1", {"session": "s1", "csrf": "c1"}),
        Response(200, b"1", {"session": "s2"}),
        Response(200, b"1", {"session": ""}),
        Response(200, b"1"),
    )
    channel = _channel(script)
    for _ in range(4):
        channel.call("GET", "vault")
    sent = [request.headers.get("Cookie", "") for request in script.requests]
    assert sent == ["", "session=s1; csrf=c1", "session=s2; csrf=c1", "csrf=c1"]
    assert channel.cookies == {"csrf": "c1"}


def test_changes_carry_the_token_of_the_session() -> None:
    script = Script(Response(200, b'{"csrf_token":"token","user":"","username":""}'))
    api = Api(_channel(script))
    api.session()
    api.sign_in("password", "owner", bytes(32))
    get, post = script.requests
    assert "X-CSRFToken" not in get.headers
    assert post.headers["X-CSRFToken"] == "token"


def _page(results: str, following: str) -> Response:
    return Response(200, f'{{"next":"{following}","results":[{results}]}}'.encode())


def _row(seq: int) -> str:
    return f'{{"seq":{seq},"signature":"{"A" * 86}","statement":"e30"}}'


def test_pages_follow_the_cursor() -> None:
    script = Script(_page(f"{_row(4)},{_row(5)}", "c&x"), _page(_row(6), ""))
    assert len(list(Api(_channel(script)).statements(3))) == 3
    paths = [request.path for request in script.requests]
    assert paths == ["/api/v1/statements?after=3", "/api/v1/statements?cursor=c%26x"]


@pytest.mark.parametrize(
    ("pages", "kind"),
    [
        ([_page("", "again")], FormatError),
        ([_page(_row(4), "again")], TamperedError),
        ([_page(_row(5), "")], TamperedError),
    ],
    ids=["empty for ever", "the same for ever", "a gap"],
)
def test_pages_that_lead_nowhere_end(pages: list[Response], kind: type[CofferError]) -> None:
    with pytest.raises(kind):
        list(islice(Api(_channel(Script(*pages))).statements(3), 10))


@pytest.mark.parametrize(
    "use",
    [
        lambda api: api.session(),
        lambda api: api.account(),
        lambda api: list(api.labels()),
        lambda api: api.downloads([]),
        lambda api: api.kdf("password", "owner"),
        lambda api: api.post_statement(b"", b"", []),
    ],
)
@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'{"more":1}'])
def test_answer_of_another_shape_is_refused(use: Callable[[Api], object], body: bytes) -> None:
    with pytest.raises(FormatError):
        use(Api(_channel(Script(Response(200, body)))))


def test_answer_about_another_statement_is_refused() -> None:
    row = {"entry": 1, "hash": "a" * 64, "seq": 2}
    parse_posted({"statements": [row]}, "a" * 64)  # type: ignore[list-item]
    for rows in ([], [row, row], [{**row, "hash": "b" * 64}]):
        with pytest.raises(FormatError):
            parse_posted({"statements": rows}, "a" * 64)  # type: ignore[dict-item]
