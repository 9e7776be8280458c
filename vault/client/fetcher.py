"""One HTTP exchange with one server; an attack simulator implements the same Protocol (spec §6)."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from http.cookies import CookieError, SimpleCookie
from typing import Protocol, cast
from urllib.parse import urlsplit

import requests
import urllib3

from vault.client.errors import NetworkError
from vault.client.refused import RefusedError

ANSWER_LIMIT = 64 * 1024**2
_TIMEOUTS = (10, 60)  # seconds to connect, seconds between two bytes


@dataclass(frozen=True)
class Request:
    """What is sent. `path` begins with `/`; at most `limit` bytes of answer are wanted."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | bytearray = b""
    limit: int = ANSWER_LIMIT


@dataclass(frozen=True)
class Response:
    """What came back. `cookies` are those set now, "" for one to forget.

    `body` has at most `limit` + 1 bytes: the one too many shows that there was more.
    """

    status: int
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)


class Fetcher(Protocol):
    """Carries requests to one server, from several threads at once."""

    def fetch(self, request: Request) -> Response:
        """Return the answer of any status; raise NetworkError if none came whole."""


class HttpFetcher:
    """The real one: keep-alive connections, one `requests` session a thread."""

    def __init__(self, origin: str) -> None:
        """Take an origin as parse_origin returns it. Nothing is sent yet."""
        self.origin = origin
        self._local = threading.local()

    def fetch(self, request: Request) -> Response:
        """Send one request; see Fetcher. Redirects are not followed."""
        try:
            with self._session().request(
                request.method,
                self.origin + request.path,
                headers={**request.headers, "Origin": self.origin},
                data=cast("bytes", request.body),  # any buffer will do, which its types leave out
                timeout=_TIMEOUTS,
                # A redirect could carry the login key or the session to another host.
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read(response, request.limit)
                return Response(response.status_code, body, _cookies(response))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as cause:
            raise NetworkError("network", f"{request.method}: {type(cause).__name__}") from cause

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            # No cookie jar and no ~/.netrc: what leaves this machine is what Channel put in.
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            session.auth = _no_auth
            session.headers.update({"Accept-Encoding": "identity", "User-Agent": "coffer-client"})
            self._local.session = session
        return session


def parse_origin(url: str) -> str:
    """Return `scheme://host[:port]` of a server's address.

    Raises RefusedError (`server_address`) for anything more or else, and (`server_insecure`) for
    plain http to another machine, where the login key would travel in the clear.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as cause:
        raise RefusedError("server_address") from cause
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    if parts.scheme not in ("http", "https") or not host or any(rest):
        raise RefusedError("server_address")
    if parts.scheme == "http" and not _is_loopback(host):
        raise RefusedError("server_insecure")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(response: requests.Response, limit: int) -> bytes:
    """Read one byte more than wanted at most: an answer without end must not fill the memory."""
    pieces: list[bytes] = []
    missing = limit + 1
    # One piece as a rule; the empty one after it is where a cut connection is noticed.
    while missing and (piece := response.raw.read(missing, decode_content=False)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _cookies(response: requests.Response) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for line in response.raw.headers.getlist("set-cookie"):
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(line)
        except CookieError:
            continue
        for name, morsel in jar.items():
            cookies[name] = "" if morsel["max-age"] == "0" else morsel.value
    return cookies


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
