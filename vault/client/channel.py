"""Calls over a Fetcher: strict JSON, cookies, the CSRF token, retries, errors by code (spec §6)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from audit.canonical import Json
from vault.client.errors import NetworkError, TransportError, VerificationError, from_code
from vault.client.fetcher import ANSWER_LIMIT, Fetcher, Request, Response
from vault.client.refused import RefusedError

BASE = "/api/v1/"
JSON_TYPE = "application/json"
_DELAYS = (0.5, 1.0, 2.0, 4.0)  # seconds before each further try
_OVERLOADED = frozenset({429, 502, 503, 504})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Channel:
    """One signed-in (or not yet signed-in) conversation. Safe for several threads."""

    def __init__(
        self,
        fetcher: Fetcher,
        cookies: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what carries requests and the cookies kept from the last time."""
        self.cookies = dict(cookies or {})
        self.csrf_token = ""
        self._fetcher = fetcher
        self._sleep = sleep

    def call(self, method: str, path: str, body: object = None) -> Json:
        """Send JSON once and return the answer's JSON ("" when it has none).

        Raises NetworkError, ConflictError, QuotaError, and RefusedError with the server's code.
        """
        return _decode(self._checked(self._json(method, path, body)))

    def call_again(self, method: str, path: str, body: object = None) -> Json:
        """The same for a request that may arrive twice: tried again while the network fails."""
        return _decode(self.send(self._json(method, path, body)))

    def send(self, request: Request) -> Response:
        """Send a request that may arrive twice; its path continues `/api/v1/`. Raises as call."""
        for delay in _DELAYS:
            try:
                response = self._exchange(request)
            except NetworkError:
                self._sleep(delay)
                continue
            if response.status not in _OVERLOADED:
                return _check(response)
            self._sleep(delay)
        return self._checked(request)

    def _json(self, method: str, path: str, body: object) -> Request:
        if body is None:
            return Request(method, path, limit=ANSWER_LIMIT)
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Request(method, path, {"Content-Type": JSON_TYPE}, text.encode())

    def _checked(self, request: Request) -> Response:
        return _check(self._exchange(request))

    def _exchange(self, request: Request) -> Response:
        headers = {"Accept": JSON_TYPE, **request.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if request.method != "GET":
            headers["X-CSRFToken"] = self.csrf_token
        response = self._fetcher.fetch(replace(request, path=BASE + request.path, headers=headers))
        for name, value in response.cookies.items():
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return response


def _check(response: Response) -> Response:
    if response.status not in (200, 201, 204):
        _refuse(response)
    return response


def _refuse(response: Response) -> NoReturn:
    answer = _decode(response)
    code = answer.get("code") if isinstance(answer, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise NetworkError("network", f"HTTP {response.status} without a code")
    error = from_code(code, f"HTTP {response.status}")
    # Its word never counts as proof of tampering, nor as a wrong key: a client finds those out by
    # itself, and a server that says so wants a person to believe it.
    if isinstance(error, VerificationError):
        raise NetworkError("network", f"HTTP {response.status} with a code that is not its own")
    raise error if isinstance(error, TransportError) else RefusedError(code)


def _decode(response: Response) -> Json:
    if response.status == 204:
        return ""
    try:
        value: Json = json.loads(
            response.body,
            object_pairs_hook=_unique,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as cause:
        raise NetworkError("network", f"HTTP {response.status} without JSON") from cause
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Two values under one key mean one thing to this reader and another to the next.
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
