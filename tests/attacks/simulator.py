"""A malicious server: an honest one, and one lie between it and its clients (docs/threat-model.md).

It is a reverse proxy, so that one lie meets the Python client, the page in a real browser, and
whatever else either of them might send where.
"""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.server import Server
from vault.client.fetcher import Request

HOP_BY_HOP = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True)
class Answer:
    """What the client gets; `missing` bytes are promised, but the connection ends before them."""

    status: int
    body: bytes
    headers: Sequence[tuple[str, str]] = ()
    missing: int = 0


Lie = Callable[[Request, Answer], Answer]


def truth(request: Request, answer: Answer) -> Answer:
    """Return what the honest server says."""
    return answer


class MaliciousServer:
    """Listens on a free loopback port; `lie` may change at any time, `requests` are those seen."""

    def __init__(self, honest: Server) -> None:
        self.honest = honest
        self.lie: Lie = truth
        self.requests: list[Request] = []
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"malicious": self})
        )
        self._server.daemon_threads = True
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def lying(self, lie: Lie) -> Iterator[list[Request]]:
        """Tell a lie for a while; what is sent meanwhile is added to the list."""
        self.requests, self.lie = [], lie
        try:
            yield self.requests
        finally:
            self.requests, self.lie = [], truth


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    # Header and body leave in two writes: the second would wait for an acknowledgement.
    disable_nagle_algorithm = True
    malicious: MaliciousServer

    def setup(self) -> None:
        super().setup()
        port = self.malicious.honest.port
        self.upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def finish(self) -> None:
        self.upstream.close()
        # A client that has gone has nothing left to be told.
        with contextlib.suppress(OSError):
            super().finish()

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        self.malicious.requests.append(request)
        lie = self.malicious.lie
        with contextlib.suppress(ConnectionError):
            self._send(lie(request, self._ask(request)))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _carry  # noqa: N815  http.server's names

    def _ask(self, request: Request) -> Answer:
        kept = {k: v for k, v in request.headers.items() if k.lower() not in HOP_BY_HOP}
        body = request.body or (b"" if request.method in ("POST", "PUT") else None)
        headers = {**kept, "Accept-Encoding": "identity"}
        self.upstream.request(request.method, request.path, body, headers)
        response = self.upstream.getresponse()
        answered = [(k, v) for k, v in response.getheaders() if k.lower() not in HOP_BY_HOP]
        return Answer(response.status, response.read(), answered)

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        if answer.missing:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""
