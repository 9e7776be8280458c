"""The requests of spec §6, one method each. Shapes are checked here; nothing is believed yet."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from audit.canonical import Json
from vault.client.answers import (
    Account,
    Download,
    SessionInfo,
    parse_account,
    parse_downloads,
    parse_kdf,
    parse_label,
    parse_posted,
    parse_session,
    parse_statement,
    parse_token,
)
from vault.client.bytes import encode_base64
from vault.client.canonical import parse_fields, parse_list
from vault.client.channel import Channel
from vault.client.directory import SignedStatement
from vault.client.errors import FormatError, TamperedError
from vault.client.fetcher import Request
from vault.client.hashes import hash_of
from vault.client.served import ServedLabel

Row = TypeVar("Row")


class Api:
    """A server's API for one person."""

    def __init__(self, channel: Channel) -> None:
        """Take the conversation that carries the requests."""
        self.channel = channel

    def session(self) -> SessionInfo:
        """Ask who is signed in, and for the CSRF token that every change must carry.

        The first request of a command: a server that is not there is told at once.
        """
        return self._enter(self.channel.call("GET", "session"))

    def kdf(self, kind: str, username: str) -> Json:
        """Ask for a slot's key derivation, unchecked: passphrase.py holds it to the floor."""
        body = {"kind": kind, "username": username}
        return parse_kdf(self.channel.call("POST", "session/kdf", body))

    def sign_in(self, kind: str, username: str, login_key: bytes) -> SessionInfo:
        """Sign in with a login key of 32 bytes; RefusedError `login_failed` for another one."""
        body = {"kind": kind, "login_key": encode_base64(login_key), "username": username}
        return self._enter(self.channel.call("POST", "session", body))

    def sign_out(self) -> None:
        """End the session."""
        self.channel.call("DELETE", "session")

    def register(self, account: Mapping[str, Json]) -> SessionInfo:
        """Make an account of the shape of `POST accounts` and sign in as it."""
        return self._enter(self.channel.call("POST", "accounts", account))

    def account(self) -> Account:
        """Return the head, the sealed keyring and the slots of whoever is signed in."""
        return parse_account(self.channel.call_again("GET", "vault"))

    def statements(self, after: int) -> Iterator[SignedStatement]:
        """Yield the own chain's statements that follow seq `after`, page by page."""
        for seq, signed in self._pages("statements", {"after": str(after)}, parse_statement):
            after += 1
            # Pages that turn back on themselves would never end.
            if seq != after:
                raise TamperedError("tampered_statement", f"statements: {seq} instead of {after}")
            yield signed

    def labels(self) -> Iterator[ServedLabel]:
        """Yield every sealed label, page by page."""
        return self._pages("labels", {}, parse_label)

    def post_statement(
        self, statement: bytes, signature: bytes, items: Sequence[Mapping[str, bytes]]
    ) -> None:
        """Post one statement with the bytes that its items name.

        Raises RefusedError (`stale_head`, `stale_generation`, …) when nothing was changed. Posting
        again after a lost answer gives the first answer, so the request may be repeated.
        """
        posted = {
            "items": [{name: encode_base64(data) for name, data in item.items()} for item in items],
            "signature": encode_base64(signature),
            "statement": encode_base64(statement),
        }
        answer = self.channel.call_again("POST", "statements", {"statements": [posted]})
        parse_posted(answer, hash_of(statement))

    def open_upload(self, version: str, length: int) -> None:
        """Open an upload for `length` bytes of plaintext."""
        self.channel.call_again("POST", "uploads", {"length": length, "version": version})

    def put_block(
        self, version: str, index: int, block: bytes | bytearray, length: int | None = None
    ) -> bytes:
        """Store a block and return the digest it was sent under, 32 bytes, computed here.

        With `length`, the plaintext's, it opens the upload of a file of one block.
        """
        digest = hashlib.sha256(block).digest()
        headers = {
            "Content-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
            "Content-Type": "application/octet-stream",
        }
        if length is not None:
            headers["Coffer-Length"] = str(length)
        path = f"uploads/{quote(version)}/blocks/{index}"
        self.channel.send(Request("PUT", path, headers, block))
        return digest

    def cancel_upload(self, version: str) -> None:
        """Forget an upload and its blocks."""
        self.channel.call("DELETE", f"uploads/{quote(version)}")

    def downloads(self, versions: Sequence[str]) -> tuple[str, list[Download]]:
        """Ask for 1 to 256 versions: the capability for their blocks, and what describes them."""
        answer = self.channel.call_again("POST", "downloads", {"versions": list(versions)})
        return parse_downloads(answer)

    def block(self, version: str, index: int, capability: str, size: int) -> bytes:
        """Return a block's bytes, unchecked; of an answer longer than `size`, one byte more."""
        path = f"versions/{quote(version)}/blocks/{index}"
        headers = {"Accept": "application/octet-stream", "Coffer-Capability": capability}
        return self.channel.send(Request("GET", path, headers, limit=size)).body

    def _enter(self, answer: Json) -> SessionInfo:
        info = parse_session(answer)
        self.channel.csrf_token = info.csrf_token
        return info

    def _pages(
        self, path: str, query: dict[str, str], parser: Callable[[Json], Row]
    ) -> Iterator[Row]:
        while True:
            page = self.channel.call_again("GET", f"{path}?{urlencode(query)}" if query else path)
            fields = parse_fields(page, {"next": parse_token, "results": _rows(parser)})
            yield from fields["results"]
            if not fields["next"]:
                return
            # An empty page that promises more could go on for ever without a byte of content.
            if not fields["results"]:
                raise FormatError("format", f"{path}: an empty page that is not the last")
            query = {"cursor": fields["next"]}


def _rows(parser: Callable[[Json], Row]) -> Callable[[Json], Any]:
    return lambda value: parse_list(value, parser)
