"""What a client keeps on its own machine between two commands (spec §2.3 cache, §5.2 mark).

In the clear: origin, names, the mark, and the session cookie, which is a bearer secret (files are
0600 in a folder of 0700). Everything else is in one file sealed under the keyring's cache key.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from audit.canonical import Json
from vault.client.canonical import (
    parse_fields,
    parse_hash,
    parse_integer,
    parse_text,
    parse_uuid,
)
from vault.client.directory import Mark
from vault.client.errors import FormatError, TamperedError
from vault.client.refused import RefusedError

_STATE = "profile.json"
_CACHE = "cache"
_LOCK = "lock"


@dataclass(frozen=True)
class State:
    """Whose profile it is: one member at one server; `mark` is the newest head that was verified.

    Without `cookies` nobody is signed in.
    """

    server: str
    user: str
    username: str
    mark: Mark
    cookies: Mapping[str, str] = field(default_factory=dict)


class Profile:
    """A folder with a State and a sealed cache; several commands may use it at once.

    Every method raises RefusedError `profile_unwritable` if the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is missing and close it to everybody else."""
        self._folder = folder
        with self._using():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)

    def load(self) -> State | None:
        """Return what is kept, None before the first sign-in; RefusedError `profile_damaged`."""
        data = self._read(_STATE)
        if not data:
            return None
        try:
            return _parse_state(json.loads(data))
        except (ValueError, FormatError) as cause:
            raise RefusedError("profile_damaged", str(self._folder)) from cause

    def save(self, state: State) -> None:
        """Keep a state. Raises RefusedError `profile_taken` if the folder is another member's.

        A mark never goes back: a newer one on disk, written by a command that ran meanwhile, stays.
        """
        with self._locked():
            kept = self.load()
            if kept and (kept.server, kept.user) != (state.server, state.user):
                raise RefusedError("profile_taken", kept.username)
            if kept:
                state = replace(state, mark=_newer(kept.mark, state.mark))
            self._write_state(state)

    def raise_mark(self, mark: Mark) -> None:
        """Move the mark forward; TamperedError if the server showed two chains."""
        with self._locked():
            kept = self.load()
            if kept is None:
                return
            newer = _newer(kept.mark, mark)
            if newer != kept.mark:
                self._write_state(replace(kept, mark=newer))

    def forget_session(self) -> None:
        """Drop the cookies and the cache. The mark stays: it still guards against a rollback."""
        with self._locked():
            kept = self.load()
            if kept:
                self._write_state(replace(kept, cookies={}))
            (self._folder / _CACHE).unlink(missing_ok=True)

    def read_cache(self) -> bytes:
        """Return the sealed cache, empty if there is none."""
        return self._read(_CACHE)

    def write_cache(self, sealed: bytes) -> None:
        """Replace the cache; the bytes must be sealed already."""
        with self._using():
            self._write(_CACHE, sealed)

    def _write_state(self, state: State) -> None:
        self._write(_STATE, json.dumps(asdict(state), indent=1).encode())

    def _read(self, name: str) -> bytes:
        with self._using():
            try:
                return (self._folder / name).read_bytes()
            except FileNotFoundError:
                return b""

    def _write(self, name: str, data: bytes) -> None:
        """Write whole or not at all, for the owner alone from the first byte on."""
        temporary = self._folder / f".{name}.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / name)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._using():
            descriptor = os.open(self._folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    @contextmanager
    def _using(self) -> Iterator[None]:
        try:
            yield
        except OSError as cause:
            raise RefusedError("profile_unwritable", str(self._folder)) from cause


def _newer(kept: Mark, seen: Mark) -> Mark:
    # Two hashes at one height: the server told two commands two different histories.
    if kept["seq"] == seen["seq"] and kept["hash"] != seen["hash"]:
        raise TamperedError("tampered_rollback", "mark: two heads with one seq")
    return seen if seen["seq"] > kept["seq"] else kept


def _parse_state(value: Json) -> State:
    fields = parse_fields(
        value,
        {
            "server": parse_text,
            "user": parse_uuid,
            "username": parse_text,
            "mark": lambda mark: parse_fields(mark, {"hash": parse_hash, "seq": parse_integer}),
            "cookies": _parse_cookies,
        },
    )
    return State(**fields)


def _parse_cookies(value: Json) -> dict[str, str]:
    if not isinstance(value, dict):
        raise FormatError("format", "profile: cookies are no object")
    return {name: parse_text(text) for name, text in value.items()}
