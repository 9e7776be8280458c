"""An unlocked vault: verified chain, listing held to it, changes signed onto its head (spec §5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, cast

from vault.client.answers import Download
from vault.client.api import Api
from vault.client.directory import (
    Mark,
    SignedStatement,
    apply_statement,
    chain_head,
    check_mark,
    new_directory,
    replay,
)
from vault.client.entries import Entry, build_entries
from vault.client.errors import ConflictError, TamperedError
from vault.client.items import Items
from vault.client.keyring import Keyring
from vault.client.keys import WorkingGeneration, import_generation, import_identity
from vault.client.labels import Label, open_label
from vault.client.refused import RefusedError
from vault.client.served import ServedLabel, check_listing
from vault.client.statements import build_statement, sign_statement
from vault.client.version import Version, open_version

_ROUNDS = 5
_MOVED = ("stale_head", "stale_generation")


class Change(NamedTuple):
    """One item of a statement, and the bytes that travel beside it by name."""

    item: Mapping[str, Any]
    parts: Mapping[str, bytes]


class Vault:
    """What one member's keys and verified chain open at one server. For one thread."""

    def __init__(self, api: Api, user: str, keyring: Keyring, mark: Mark) -> None:
        """Take an opened keyring and the newest head seen before; nothing is read yet."""
        self.api = api
        self.directory = new_directory(user)
        self.chain: list[SignedStatement] = []
        self.generations = {
            generation["generation"]: import_generation(generation)
            for generation in keyring["generations"]
        }
        self._identity = import_identity(keyring["identity"])
        self.keyring = keyring
        self._mark = mark
        self._entries: list[Entry] | None = None

    @property
    def user(self) -> str:
        """The member's UUID."""
        return self.directory["user"]

    @property
    def newest(self) -> WorkingGeneration:
        """The generation that everything new is sealed and wrapped to."""
        return self.generations[self.directory["generations"][-1]["generation"]]

    def follow(self, statements: Sequence[SignedStatement]) -> None:
        """Verify statements and move the head onto them; TamperedError, FormatError otherwise."""
        self.directory = replay(self.directory, statements)
        self.chain.extend(statements)
        self._entries = None

    def sync(self) -> bool:
        """Read and verify what is new in the chain; return whether anything was.

        Raises TamperedError `tampered_rollback` unless the chain contains the mark.
        """
        new = list(self.api.statements(len(self.directory["chain"])))
        if new:
            self.follow(new)
        check_mark(self.directory, self._mark)
        return bool(new)

    def entries(self) -> list[Entry]:
        """Return every file and folder, read from the server and held to the chain.

        Raises TamperedError for a listing that is not what the chain says.
        """
        if self._entries is None:
            labels = {row["file"]: self._open_label(row) for row in self._read_listing()}
            self._entries = build_entries(labels)
        return self._entries

    def open_version(self, served: Download) -> Version:
        """Verify what a server offers as a version; TamperedError if it is not the chain's."""
        try:
            return open_version(self.directory, self.generations, served)
        except TamperedError:
            # The chain may have grown since it was read: no accusation before that is known.
            if not self.sync():
                raise
        return open_version(self.directory, self.generations, served)

    def commit(self, kind: str, build: Callable[[], Sequence[Change]]) -> None:
        """Sign one statement of 1 to 256 items onto the verified head and post it.

        `build` is called again for a head that has moved, after the new chain was verified: what
        was built for the old one is never merely signed again. Raises ConflictError after a few
        rounds, and what the server refuses.
        """
        for _ in range(_ROUNDS):
            changes = build()
            statement = self._build(kind, [change.item for change in changes])
            signature = sign_statement(self._identity, statement)
            try:
                self.api.post_statement(statement, signature, [change.parts for change in changes])
            except RefusedError as error:
                if error.code not in _MOVED:
                    raise
                self.sync()
                continue
            self.directory = apply_statement(self.directory, statement)
            self.chain.append({"signature": signature, "statement": statement})
            self._entries = None
            return
        raise ConflictError("conflict", "the head moved in every round")

    def _build(self, kind: str, items: Sequence[Mapping[str, Any]]) -> bytes:
        head, log = chain_head(self.directory), self.keyring["log"]
        return build_statement(
            {
                "items": cast("Items", [dict(item) for item in items]),
                "prev": head["hash"],
                "seen": {"root": log["root"], "size": log["size"]},
                "seq": head["seq"] + 1,
                "time": now_ms(),
                "type": kind,
                "user": self.user,
            }
        )

    def _read_listing(self) -> list[ServedLabel]:
        for _ in range(_ROUNDS):
            # One row more than there are files is enough to see that the listing is wrong.
            rows = list(islice(self.api.labels(), len(self.directory["files"]) + 1))
            try:
                check_listing(self.directory, rows)
            except TamperedError:
                # A change between the two requests looks the same: read the chain once more, and
                # accuse only when nothing in it explains the listing.
                if not self.sync():
                    raise
                continue
            return rows
        raise ConflictError("conflict", "the chain grew in every round")

    def _open_label(self, row: ServedLabel) -> Label:
        generation = self.generations.get(row["generation"])
        if generation is None:
            raise TamperedError("tampered_label", "label: of a generation that the keyring lacks")
        return open_label(generation.label_key, self.user, row["file"], row["label"])


def now_ms() -> int:
    """Return the time as statements and labels carry it."""
    return time.time_ns() // 1_000_000
