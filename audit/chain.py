"""Verification of the chain, row by row and pure (spec §7).

A verifier ties three things together, and none is skipped: each entry's link to the one before, its
bytes to its hash, and every column to its bytes. What a plain chain cannot see is a log rewritten
from some entry to its end, head included: that takes a checkpoint that somebody else has kept.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from audit.entry import (
    EntryError,
    Fields,
    decode_detail,
    decode_entry,
    derive_commitment,
    derive_files_digest,
)


class ChainError(Exception):
    """The first entry at which the chain does not hold, and why."""

    def __init__(self, seq: int, kind: str, why: str) -> None:
        """Take the entry, the kind (order, link, content, column) and one clause for a person."""
        super().__init__(f"Chain broken at entry {seq}: {kind} — {why}")
        self.seq = seq
        self.reason = f"{kind} — {why}"


class Opening(NamedTuple):
    """A commitment's side row: its name in the detail, and text and salt unless they are erased."""

    name: str
    value: str | None
    salt: bytes | None


class Row(NamedTuple):
    """A stored entry: the columns in the table's order, its files and its openings.

    The types are what the log writes. A database that was tampered with may hold anything, so
    nothing here is used before it is compared.
    """

    seq: int
    timestamp: str
    operation: str
    user_id: str
    file_id: str
    detail: str
    statement: str
    salt: str
    entry: bytes
    prev_hash: str
    current_hash: str
    files: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()


def verify_rows(
    rows: Iterable[Row], expected_seq: int, prev_hash: str
) -> Iterator[tuple[int, str]]:
    """Yield (seq, hex hash) of each row that holds; raise ChainError at the first that does not.

    `expected_seq` and `prev_hash` (hex) are the number of the first row and the hash before it.
    """
    digest = bytes.fromhex(prev_hash)
    for row in rows:
        _verify_order(row, expected_seq)
        digest = _verify_hashes(row, digest)
        _verify_columns(row)
        yield row.seq, row.current_hash
        expected_seq += 1


def verify_end(position: int, last_hash: str, target: int, target_hash: str) -> None:
    """Check that the rows reached the recorded end of the log. Raises ChainError.

    `position` and `last_hash` belong to the last row that held, `target` and `target_hash` to the
    head. The rows alone would not show that the newest entries were cut off.
    """
    if position < target:
        raise missing_entry(position + 1)
    if last_hash != target_hash:
        raise ChainError(target, "link", "the head of the log does not record this entry's hash")


def missing_entry(seq: int) -> ChainError:
    """Return the error for an entry that should be there."""
    return ChainError(seq, "order", "the entry is missing")


def surplus_entry(seq: int) -> ChainError:
    """Return the error for an entry behind the recorded end."""
    return ChainError(seq, "order", "the entry stands behind the recorded end of the log")


def unreadable_entry(seq: int) -> ChainError:
    """Return the error for a row that the database itself cannot read as text."""
    return ChainError(seq, "column", "a column holds bytes that are not text")


def _verify_order(row: Row, expected_seq: int) -> None:
    if row.seq > expected_seq:
        raise missing_entry(expected_seq)
    if row.seq == expected_seq - 1 and row.seq > 0:
        raise ChainError(row.seq, "order", "the entry exists twice")
    if row.seq < expected_seq:
        raise ChainError(row.seq, "order", "the entry stands outside the sequence")


def _verify_hashes(row: Row, prev_digest: bytes) -> bytes:
    """Return the digest of the row, checked link first: a moved entry may be whole in itself."""
    if row.prev_hash != prev_digest.hex():
        raise ChainError(
            row.seq, "link", "its previous hash is not the hash of the entry before it"
        )
    # SQLite stores text or a number in any column: edited by hand, bytes easily become either.
    data = row.entry if isinstance(row.entry, bytes) else str(row.entry).encode()
    digest = hashlib.sha256(prev_digest + data).digest()
    if row.current_hash != digest.hex():
        raise ChainError(row.seq, "content", "the entry's bytes do not give its recorded hash")
    if data is not row.entry:
        raise ChainError(row.seq, "content", "the entry is not stored as bytes")
    return digest


def _verify_columns(row: Row) -> None:
    """Check every column against the bytes: what an operator reads and searches is the columns."""
    try:
        fields = decode_entry(row.entry)
    except EntryError as error:
        # Hashed as it stands, but two readers could see two entries in it.
        raise ChainError(
            row.seq, "content", "the entry's bytes are not one canonical entry of version 1"
        ) from error
    if row[: len(fields)] != fields:
        pairs = zip(Fields._fields, row, fields, strict=False)
        name = next(name for name, column, expected in pairs if column != expected)
        raise ChainError(row.seq, "column", f"the column {name} disagrees with the entry's bytes")
    detail = decode_detail(fields.detail)
    _verify_files(row, detail)
    _verify_openings(row, detail)


def _verify_files(row: Row, detail: Mapping[str, str | int]) -> None:
    """Check the index of files, by which an operator finds the entry."""
    try:
        found = derive_files_digest(row.files) if row.files else ""
    except EntryError:
        found = "other text than file ids"
    if found != detail.get("files_digest", ""):
        raise ChainError(row.seq, "column", "its list of files disagrees with the entry's bytes")


def _verify_openings(row: Row, detail: Mapping[str, str | int]) -> None:
    """Check each text that an operator reads beside the entry, unless it is erased."""
    for name, value, salt in row.openings:
        if value is None and salt is None:
            continue
        if not isinstance(value, str) or not isinstance(salt, bytes):
            raise _closed_opening(row.seq)
        if detail.get(name) != derive_commitment(salt, value):
            raise _closed_opening(row.seq)


def _closed_opening(seq: int) -> ChainError:
    return ChainError(
        seq, "column", "a text beside it does not open the commitment in the entry's bytes"
    )
