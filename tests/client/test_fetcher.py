"""One exchange over a real socket: what is sent, what is not followed, what is cut (spec §6)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vault.client.errors import NetworkError
from vault.client.fetcher import HttpFetcher, Request, parse_origin
from vault.client.refused import RefusedError


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, dict[str, str], bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.path, dict(self.headers), body))
        getattr(self, f"_{self.path.strip('/')}")()

    do_GET = do_PUT = _answer  # noqa: N815  names that http.server looks for

    def _plain(self) -> None:
        self._send(200, b"body", [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; HttpOnly")])

    def _forget(self) -> None:
        self._send(200, b"", [("Set-Cookie", 'a=""; Max-Age=0')])

    def _redirect(self) -> None:
        self._send(302, b"", [("Location", "/plain")])

    def _long(self) -> None:
        self._send(200, bytes(1000), [])

    def _cut(self) -> None:
        self._send(200, b"half", [], promised=8)
        self.close_connection = True

    def _send(
        self, status: int, body: bytes, headers: list[tuple[str, str]], promised: int = 0
    ) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(promised or len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def seen() -> list[tuple[str, dict[str, str], bytes]]:
    """Return what arrived: path, headers, body."""
    return []


@pytest.fixture
def fetcher(seen: list[tuple[str, dict[str, str], bytes]]) -> Iterator[HttpFetcher]:
    """Return a fetcher for a server that answers by path."""
    handler = type("Handler", (_Handler,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield HttpFetcher(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_answer_and_every_cookie_come_back(fetcher: HttpFetcher) -> None:
    response = fetcher.fetch(Request("GET", "/plain"))
    assert (response.status, bytes(response.body)) == (200, b"body")
    assert response.cookies == {"a": "1", "b": "2"}
    assert fetcher.fetch(Request("GET", "/forget")).cookies == {"a": ""}


def test_cookies_are_not_sent_by_themselves(
    fetcher: HttpFetcher, seen: list[tuple[str, dict[str, str], bytes]]
) -> None:
    for _ in range(2):
        fetcher.fetch(Request("GET", "/plain"))
    assert all("Cookie" not in headers for _, headers, _ in seen)


def test_password_of_netrc_is_not_sent(
    fetcher: HttpFetcher,
    seen: list[tuple[str, dict[str, str], bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login owner password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    fetcher.fetch(Request("GET", "/plain"))
    assert "Authorization" not in seen[0][1]


@pytest.mark.parametrize("body", [b"12345", bytearray(b"12345")])
def test_body_is_sent_with_its_length(
    fetcher: HttpFetcher, seen: list[tuple[str, dict[str, str], bytes]], body: bytes | bytearray
) -> None:
    fetcher.fetch(Request("PUT", "/plain", {"Content-Type": "x/y"}, body))
    _, headers, received = seen[0]
    assert (headers["Content-Length"], headers["Content-Type"]) == ("5", "x/y")
    assert "Transfer-Encoding" not in headers
    assert headers["Origin"] == fetcher.origin
    assert received == b"12345"


def test_redirect_is_not_followed(
    fetcher: HttpFetcher, seen: list[tuple[str, dict[str, str], bytes]]
) -> None:
    assert fetcher.fetch(Request("GET", "/redirect")).status == 302
    assert [path for path, _, _ in seen] == ["/redirect"]


def test_answer_is_cut_one_byte_after_the_limit(fetcher: HttpFetcher) -> None:
    assert len(fetcher.fetch(Request("GET", "/long", limit=10)).body) == 11
    assert len(fetcher.fetch(Request("GET", "/long", limit=1000)).body) == 1000


def test_answer_that_ends_early_is_none(fetcher: HttpFetcher) -> None:
    with pytest.raises(NetworkError):
        fetcher.fetch(Request("GET", "/cut"))


def test_nobody_there_is_a_network_error() -> None:
    with pytest.raises(NetworkError):
        HttpFetcher("http://127.0.0.1:9").fetch(Request("GET", "/"))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://files.example.org", "https://files.example.org"),
        ("https://files.example.org/", "https://files.example.org"),
        ("https://FILES.example.org:8443", "https://files.example.org:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_origin_of_a_server(url: str, origin: str) -> None:
    assert parse_origin(url) == origin


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://files.example.org", "server_insecure"),
        ("http://192.168.1.2:8000", "server_insecure"),
        ("http://localhost.example.org", "server_insecure"),
        ("https://owner:secret@files.example.org", "server_address"),
        ("https://files.example.org/vault", "server_address"),
        ("https://files.example.org?x", "server_address"),
        ("https://files.example.org:99999", "server_address"),
        ("https://[::1", "server_address"),
        ("ftp://files.example.org", "server_address"),
        ("files.example.org", "server_address"),
        ("", "server_address"),
    ],
)
def test_what_is_no_safe_origin_is_refused(url: str, code: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_origin(url)
    assert caught.value.code == code
