"""What the tests of the log share: a small log, its sentences, and ways to tamper with it."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from audit import log, verification
from audit.chain import Row
from audit.entry import derive_entry_hash
from audit.models import Entry, Head, Verification
from audit.reader import read_rows

OWNER = "3f1d2c3b-4a59-4687-9b7c-8d9eafb0c1d2"
STRANGER = "8e7d6c5b-4a39-4281-8f0e-1d2c3b4a5968"
FILES = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(1, 6)]
STATEMENT = "ab" * 32
SIZE = 12
WITH_FILES = 5
WITH_COMMITMENTS = 7

CONTENT = "content — the entry's bytes do not give its recorded hash"
FORM = "content — the entry's bytes are not one canonical entry of version 1"
LINK = "link — its previous hash is not the hash of the entry before it"
HEAD = "link — the head of the log does not record this entry's hash"
MISSING = "order — the entry is missing"
OUTSIDE = "order — the entry stands outside the sequence"
SURPLUS = "order — the entry stands behind the recorded end of the log"
FILE_LIST = "column — its list of files disagrees with the entry's bytes"
OPENING = "column — a text beside it does not open the commitment in the entry's bytes"
OTHER_HASH = "cd" * 32


def append(operation: str = "login", **fields: Any) -> Entry:
    """Append one entry in a transaction of its own."""
    with transaction.atomic():
        return log.append(operation, **fields)


def fill_log() -> None:
    """Append SIZE entries: statements, sign-ins with commitments, one about several files."""
    for seq in range(1, SIZE + 1):
        if seq == WITH_FILES:
            append("label", user_id=OWNER, files=FILES[:3], statement=STATEMENT)
        elif seq == WITH_COMMITMENTS:
            append("login", user_id=OWNER, commit={"address": "203.0.113.7", "user_agent": "Ünï"})
        else:
            append(
                "upload",
                user_id=OWNER,
                file_id=FILES[0],
                detail={"size": seq, "kind": "version"},
                statement=STATEMENT,
            )


def verify() -> str:
    """Return the sentence of a run over the whole chain."""
    return run_to_end(verification.start(verification.COMMAND)).sentence


def run_to_end(run: Verification, entries: int = verification.SLICE_ENTRIES) -> Verification:
    """Advance a run slice by slice until it ends."""
    while run.status == Verification.Status.RUNNING:
        verification.advance(run, entries)
    return run


def tamper(sql: str, *parameters: object, rows: int = 1) -> None:
    """Change the database behind the log's back; the statement must meet `rows` rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        assert cursor.rowcount == rows


def stored(seq: int) -> Row:
    """Return the row of an entry."""
    (row,) = read_rows(seq - 1, seq)
    return row


def rehash(first: int, *, head: bool) -> None:
    """Make every hash from an entry to the end fit the bytes again, and the head's if told so."""
    previous = bytes.fromhex(stored(first).prev_hash)
    size = Head.objects.values_list("size", flat=True).get()
    for row in list(read_rows(first - 1, size)):
        current = derive_entry_hash(previous, row.entry)
        tamper(
            "UPDATE audit_entry SET prev_hash = %s, current_hash = %s WHERE seq = %s",
            previous.hex(),
            current.hex(),
            row.seq,
        )
        previous = current
    if head:
        tamper("UPDATE audit_head SET hash = %s", previous.hex())


def column(name: str) -> str:
    """Return the reason for a column that disagrees."""
    return f"column — the column {name} disagrees with the entry's bytes"


def expect_broken(seq: int, reason: str) -> None:
    """Assert the exact sentence of a run over the whole chain."""
    assert verify() == f"Chain broken at entry {seq}: {reason}"


def set_bytes(seq: int, data: bytes) -> None:
    """Replace the bytes of an entry."""
    tamper("UPDATE audit_entry SET entry = %s WHERE seq = %s", data, seq)


def copy_entry(seq: int, to: int) -> None:
    """Insert a copy of an entry under another number."""
    names = (
        "timestamp, operation, user_id, file_id, detail, statement, salt, entry, prev_hash,"
        " current_hash"
    )
    tamper(
        f"INSERT INTO audit_entry (seq, {names})"  # noqa: S608 - the names stand right here
        f" SELECT %s, {names} FROM audit_entry WHERE seq = %s",
        to,
        seq,
    )


def forge_user(seq: int) -> None:
    """Change the user of an entry in bytes and column."""
    set_bytes(seq, stored(seq).entry.replace(OWNER.encode(), STRANGER.encode()))
    tamper("UPDATE audit_entry SET user_id = %s WHERE seq = %s", STRANGER, seq)
