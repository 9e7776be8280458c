"""A member on a raw socket: what no HTTP library would send to a real server."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.server import Server
from tests.vault.drafts import Draft, digest_header, make_draft
from tests.vault.member import Member

PATIENCE = 30.0  # seconds for an answer on a busy machine


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came: status (0 for none at all), headers and body in full."""

    status: int
    head: bytes
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The error, which must be of the one shape."""
        problem: dict[str, Any] = json.loads(self.body)
        assert problem.keys() == {"code", "detail"}
        return problem


@dataclass
class Wire:
    """A member's session on a server, and the bytes that are sent in it."""

    server: Server
    member: Member = field(default_factory=lambda: Member("wanda"))
    cookie: str = ""

    def sign_up(self) -> Wire:
        """Make the account with an ordinary client, and keep its cookies and token."""
        browser = requests.Session()
        url = f"{self.server.url}/api/v1/"
        token = browser.get(f"{url}session", timeout=PATIENCE).json()["csrf_token"]
        answer = browser.post(
            f"{url}accounts",
            json=self.member.registration(),
            headers={"X-CSRFToken": token},
            timeout=PATIENCE,
        )
        assert answer.status_code == 201, answer.text
        self.member.token = answer.json()["csrf_token"]
        self.cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return self

    def head(self, method: str, path: str, *headers: str, host: str = "") -> bytes:
        """Return the head of a request in the session, with further header lines."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host or f'localhost:{self.server.port}'}",
            f"Cookie: {self.cookie}",
            f"X-CSRFToken: {self.member.token}",
            "Connection: close",
            *headers,
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def json_head(self, length: int | str, *headers: str) -> bytes:
        """Return the head of `POST uploads`."""
        said = f"Content-Length: {length}"
        return self.head(
            "POST", "/api/v1/uploads", "Content-Type: application/json", said, *headers
        )

    def block_head(self, draft: Draft, length: int | str, *headers: str) -> bytes:
        """Return the head of `PUT uploads/<version>/blocks/0`."""
        return self.head(
            "PUT",
            f"/api/v1/uploads/{draft.version}/blocks/0",
            "Content-Type: application/octet-stream",
            f"Content-Digest: {digest_header(draft.blocks[0])}",
            f"Content-Length: {length}",
            *headers,
        )

    def open_upload(self) -> Draft:
        """Open the upload of a file of one block."""
        draft = make_draft(100)
        body = json.dumps({"length": draft.length, "version": draft.version}).encode()
        assert self.send(self.json_head(len(body)) + body).status == 201
        return draft

    def send(self, data: bytes, *, hang_up: bool = True) -> Answer:
        """Send bytes, end the stream, and return what comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            try:
                connection.sendall(data)
                if hang_up:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before all of it was sent
            return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """Return the first answer on a connection."""
    received = bytearray()
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass  # what the server did not read makes its system reset the connection
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        body = join_chunks(body)
    found = re.match(rb"HTTP/1\.[01] ([0-9]{3}) ", head)
    return Answer(int(found[1]) if found else 0, head, body)


def join_chunks(body: bytes) -> bytes:
    """Return a chunked body's content (RFC 9112 §7.1)."""
    size, _, rest = body.partition(b"\r\n")
    length = int(size or b"0", 16)
    return rest[:length] + join_chunks(rest[length + 2 :]) if length else b""
