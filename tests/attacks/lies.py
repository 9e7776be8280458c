"""Lies that a malicious server can tell with nothing but what it stores and sees (spec §6)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from tests.attacks.simulator import Answer, Lie
from vault.client.bytes import decode_base64, encode_base64
from vault.client.fetcher import Request

API = "/api/v1/"
JSON_TYPE = "application/json"
BLOCK = r"versions/[0-9a-f-]+/blocks/"

# Any JSON value: these functions look into answers that are well formed, being the honest server's.
Change = Callable[[Any], Any]


def is_for(request: Request, method: str, path: str) -> bool:
    """Whether a request is for a path below /api/v1/, a regular expression without the query."""
    asked = request.path.removeprefix(API).partition("?")[0]
    return request.method == method and re.fullmatch(path, asked) is not None


def answering(method: str, path: str, change: Change) -> Lie:
    """Change the JSON of successful answers to one request."""

    def lie(request: Request, answer: Answer) -> Answer:
        if not is_for(request, method, path) or answer.status >= 400:
            return answer
        return replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())

    return lie


def refusing(method: str, path: str, status: int, **body: Any) -> Lie:
    """Answer one request with a refusal, whatever the honest server did."""

    def lie(request: Request, answer: Answer) -> Answer:
        if not is_for(request, method, path):
            return answer
        return Answer(status, json.dumps(body).encode(), [("Content-Type", JSON_TYPE)])

    return lie


def all_of(*lies: Lie) -> Lie:
    """Tell several lies as one: each gets the answer of the one before."""

    def lie(request: Request, answer: Answer) -> Answer:
        for one in lies:
            answer = one(request, answer)
        return answer

    return lie


def once_seen(method: str, path: str, later: Lie) -> Lie:
    """Tell the truth until a request has come, and a lie from then on."""
    seen = False

    def lie(request: Request, answer: Answer) -> Answer:
        nonlocal seen
        seen = seen or is_for(request, method, path)
        return later(request, answer) if seen else answer

    return lie


def vault(change: Change) -> Lie:
    """Another head, keyring or slots for whoever unlocks."""
    return answering("GET", "vault", change)


def kdf(change: Change) -> Lie:
    """Another derivation for whoever signs in."""
    return answering("POST", "session/kdf", lambda body: {"kdf": change(body["kdf"])})


def slots(change: Change) -> Lie:
    """Other key slots for whoever unlocks; `change` gets the password slot."""
    return vault(lambda body: {**body, "slots": [change(body["slots"][0]), body["slots"][1]]})


def listing(change: Change) -> Lie:
    """Another listing; `change` gets its rows, all of which fit one page."""
    return answering("GET", "labels", lambda body: {**body, "results": change(body["results"])})


def offer(version: str, change: Change) -> Lie:
    """Offer something else as a version; `change` gets what the honest server offers."""

    def changed(body: Any) -> Any:
        rows = [change(row) if row["version"] == version else row for row in body["versions"]]
        return {**body, "versions": rows}

    return answering("POST", "downloads", changed)


def chain(rows: Sequence[Any]) -> Lie:
    """Another chain: `rows` from the first statement on; a client is told those it asks for."""

    def lie(request: Request, answer: Answer) -> Answer:
        after = re.fullmatch(rf"{API}statements\?after=(\d+)", request.path)
        if after is None or answer.status != 200:
            return answer
        body = {"next": "", "results": rows[int(after[1]) :]}
        return replace(answer, body=json.dumps(body).encode())

    return lie


def remembering(memory: dict[str, Any]) -> Lie:
    """The truth; the JSON of each answer is kept by its path, for a lie told later."""

    def lie(request: Request, answer: Answer) -> Answer:
        if request.path.startswith(API) and ("Content-Type", JSON_TYPE) in answer.headers:
            path = request.path.removeprefix(API).partition("?")[0]
            memory[path] = json.loads(answer.body)
        return answer

    return lie


def all_as_in(memory: dict[str, Any]) -> Lie:
    """Everything as it was when `remembering` kept it, and all of it true once."""
    return all_of(
        vault(lambda _: memory["vault"]),
        chain(memory["statements"]["results"]),
        listing(lambda _: memory["labels"]["results"]),
        answering("POST", "downloads", lambda _: memory["downloads"]),
    )


def blocks(version: str, change: Callable[[int, bytes], bytes]) -> Lie:
    """Other blocks for one version; `change` gets index and bytes."""

    def lie(request: Request, answer: Answer) -> Answer:
        found = re.fullmatch(rf"{API}versions/{version}/blocks/(\d+)", request.path)
        if found is None or answer.status != 200:
            return answer
        return replace(answer, body=change(int(found[1]), answer.body))

    return lie


def swap(rows: Sequence[Any], name: str) -> list[Any]:
    """Exchange one field of the first two rows."""
    first, second, *rest = rows
    return [{**first, name: second[name]}, {**second, name: first[name]}, *rest]


def flip(data: bytes, at: int) -> bytes:
    """Flip the lowest bit of one byte."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at:][1:]


def flip_text(text: str, at: int) -> str:
    """Flip a bit of a byte that travels in base64url."""
    return encode_base64(flip(decode_base64(text), at))
