"""A person at a terminal: one account, one profile folder, commands run as they would run them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.server import ROOT
from vault.client.api import Api
from vault.client.channel import Channel
from vault.client.fetcher import Fetcher, HttpFetcher, Request, Response
from vault.client.profile import Profile
from vault.client.session import Session
from vault.client.vault import Vault

PASSWORD = "Schlüssel unterm Blumentopf"


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the errors that --json told."""
        return [error["code"] for error in self.json["errors"]]


@dataclass(frozen=True)
class Person:
    """Commands of one member on one machine; `join` makes the account without a process."""

    url: str
    profile: Path
    username: str
    password: str = PASSWORD

    def join(self) -> Person:
        self.session().sign_up(self.username, self.password, lambda words: None)
        return self

    def on_new_device(self, profile: Path) -> Person:
        """The same member with an empty profile, not signed in there yet."""
        return replace(self, profile=profile)

    def run(self, *arguments: str | Path, **environment: str) -> Result:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=120)
        return Result(process.returncode, out, err)

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env={**os.environ, "COFFER_PASSWORD": self.password, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *arguments: str | Path) -> list[str]:
        program = [sys.executable, "-m", "vault.client"]
        where = ["--server", self.url, "--profile", str(self.profile)]
        return [*program, *where, *map(str, arguments)]

    def session(self, fetcher: Fetcher | None = None) -> Session:
        """What a command works with, in this process; waits between tries are left out."""
        profile = Profile(self.profile)
        kept = profile.load()
        fetcher = fetcher or HttpFetcher(self.url)
        channel = Channel(fetcher, kept.cookies if kept else {}, sleep=lambda seconds: None)
        return Session(Api(channel), profile, self.url)

    def unlock(self, fetcher: Fetcher | None = None) -> Vault:
        return self.session(fetcher).unlock(lambda: self.password)

    def names(self, *options: str) -> list[str]:
        """What `ls` lists."""
        result = self.run("ls", "--json", *options)
        assert result.code == 0, result.err
        return [row["name"] for row in result.json["files"]]


class Interposed:
    """A Fetcher between a client and its server: sees all requests, may change what is served."""

    def __init__(
        self, url: str, change: Callable[[Request, Response], Response] | None = None
    ) -> None:
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self._inner = HttpFetcher(url)
        self._change = change
        self._lock = threading.Lock()

    def fetch(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
        response = self._inner.fetch(request)
        if self._change:
            response = self._change(request, response)
        with self._lock:
            self.responses.append(response)
        return response


def new_person(url: str, folder: Path, name: str = "owner") -> Person:
    """Somebody whose name nobody else has; their account does not exist yet."""
    return Person(url, folder / f"{name}-profile", f"{name}-{secrets.token_hex(4)}")
