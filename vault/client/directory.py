"""The directory: what a member's chain, replayed, says that there is (spec §5.2, §5.4).

Mirror: static/js/core/directory.js. A directory is plain data. No function changes the one it is
given, so that a refused chain leaves the last verified directory as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict, cast

from vault.client.bytes import decode_base64
from vault.client.effects import EFFECTS, demand
from vault.client.errors import TamperedError
from vault.client.hashes import hash_all
from vault.client.items import (
    NamedKeyring,
    NamedSlot,
    RegisterItem,
)
from vault.client.statements import Statement, parse_statement, verify_statement

NO_STATEMENT = "0" * 64


class Mark(TypedDict):
    """A place in a chain: hash of its statement `seq` in hex; seq 0 and 64 zeros before any."""

    hash: str
    seq: int


class AnnouncedGeneration(TypedDict):
    """A generation as the chain announces it: SubjectPublicKeyInfo in base64url, time in ms."""

    generation: int
    not_after: int
    public_key: str


class FileEntry(TypedDict):
    """A file: hash of its label and, oldest first, its versions; a folder has none, current ""."""

    current: str
    label: str
    label_generation: int
    versions: list[str]


class VersionEntry(TypedDict):
    """A version: its file, hashes of manifest and wrap, and the generation wrapped to."""

    file: str
    generation: int
    manifest: str
    wrap: str


class Directory(TypedDict):
    """What a chain says; `chain` holds the hash of statement seq at seq - 1, keys are UUIDs."""

    chain: list[str]
    files: dict[str, FileEntry]
    generations: list[AnnouncedGeneration]
    identity_key: str
    keyring: NamedKeyring
    slots: list[NamedSlot]
    user: str
    username: str
    versions: dict[str, VersionEntry]


class SignedStatement(TypedDict):
    """A statement's bytes and its signature, as served."""

    signature: bytes
    statement: bytes


class _Link(NamedTuple):
    hash: str
    statement: Statement


def new_directory(user: str) -> Directory:
    """Return the directory of an empty chain."""
    return {
        "chain": [],
        "files": {},
        "generations": [],
        "identity_key": "",
        "keyring": {"hash": "", "revision": 0},
        "slots": [],
        "user": user,
        "username": "",
        "versions": {},
    }


def chain_head(directory: Directory) -> Mark:
    """Return the newest verified place: what the next statement follows, and the mark to keep."""
    chain = directory["chain"]
    return {"hash": chain[-1] if chain else NO_STATEMENT, "seq": len(chain)}


def apply_statement(directory: Directory, data: bytes) -> Directory:
    """Return the directory after one statement that this client signed itself.

    No signature is checked. Raises as replay does.
    """
    links = _read_links([data])
    _check_links(directory, links)
    return _apply_all(directory, links)


def replay(directory: Directory, statements: Sequence[SignedStatement]) -> Directory:
    """Return the directory after the statements that follow it, oldest first.

    The newest signature covers all before it, because each names the hash of the one before. For
    the first chain of a new device it proves only that the chain is whole: check_keyring then
    proves that it is the member's. Raises TamperedError `tampered_statement` for a chain that an
    honest server would have refused, FormatError for statements not of their one form.
    """
    if not statements:
        return directory
    links = _read_links([signed["statement"] for signed in statements])
    _check_links(directory, links)
    newest = statements[-1]
    verify_statement(newest["statement"], newest["signature"], _identity_key(directory, links[0]))
    return _apply_all(directory, links)


def check_mark(directory: Directory, mark: Mark) -> None:
    """Demand that the chain contains a place seen before; TamperedError `tampered_rollback`."""
    seq = mark["seq"]
    place = directory["chain"][seq - 1 : seq] if seq else [NO_STATEMENT]
    # Shorter: cut back. Another hash at the same place: a fork. Both undo what was once shown.
    if place != [mark["hash"]]:
        raise TamperedError("tampered_rollback", f"chain: statement {seq} is not the one seen")


def _read_links(datas: Sequence[bytes]) -> list[_Link]:
    return [
        _Link(digest, parse_statement(data))
        for digest, data in zip(hash_all(datas), datas, strict=True)
    ]


def _check_links(directory: Directory, links: Sequence[_Link]) -> None:
    seq, prev = len(directory["chain"]), chain_head(directory)["hash"]
    for link in links:
        seq += 1
        statement = link.statement
        # Another member's chain is well-formed and well-signed too.
        demand(statement["user"] == directory["user"], "a statement of another user")
        # Left out, repeated, reordered or put in between: each breaks the count or the hash.
        follows = statement["seq"] == seq and statement["prev"] == prev
        demand(follows, "a statement that does not follow the one before")
        # A second register would replace every key of the member.
        begins = statement["type"] == "register"
        demand(begins == (seq == 1), "register is the beginning and nothing else")
        prev = link.hash


def _identity_key(directory: Directory, first: _Link) -> bytes:
    if first.statement["type"] == "register":
        item = cast("RegisterItem", first.statement["items"][0])
        return decode_base64(item["identity_key"])
    return decode_base64(directory["identity_key"])


def _apply_all(directory: Directory, links: Sequence[_Link]) -> Directory:
    draft: Directory = {
        **directory,
        "chain": [*directory["chain"]],
        "files": {**directory["files"]},
        "versions": {**directory["versions"]},
    }
    for link in links:
        apply = EFFECTS[link.statement["type"]]
        for item in link.statement["items"]:
            apply(draft, item)
        draft["chain"].append(link.hash)
    return draft
