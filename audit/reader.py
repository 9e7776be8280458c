"""Rows of the log for its verification, streamed in constant memory (spec §7)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from audit.chain import Opening, Row, unreadable_entry
from audit.models import Commitment, Entry, EntryItem, Head

CHUNK_ROWS = 1000

_COLUMNS = (
    "seq",
    "timestamp",
    "operation",
    "user_id",
    "file_id",
    "detail",
    "statement",
    "salt",
    "entry",
    "prev_hash",
    "current_hash",
)


def read_rows(after: int, last: int) -> Iterator[Row]:
    """Yield the rows with after < seq <= last in order of seq, in three queries.

    From the start (`after` 0) rows numbered 0 and below come too: they must not hide there.
    Raises ChainError at a row that the database cannot read.
    """
    done = after
    try:
        for row in _stream(after, last):
            yield row
            done = row.seq
    except DatabaseError:
        # One flipped bit makes SQLite refuse a text column and with it the whole chunk of rows.
        yield from _one_by_one(done, last)


def find_surplus() -> int | None:
    """Return the seq of the first row behind the recorded end of the log, if there is one.

    One statement reads both sides, so an append meanwhile is never taken for a surplus.
    """
    size = Coalesce(Subquery(Head.objects.values("size")[:1]), Value(0))
    row = Entry.objects.filter(seq__gt=size).order_by("seq").values_list("seq", flat=True).first()
    # SQLite sorts text behind every number, so a row whose number is a text is found here too.
    return row if row is None or isinstance(row, int) else read_size() + 1


def read_size() -> int:
    """Return the number of entries that the head records."""
    return Head.objects.values_list("size", flat=True).first() or 0


class _Side:
    """Rows (seq, …) of a table beside the log, handed out as the entries go by."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def take(self, seq: int) -> tuple[tuple[Any, ...], ...]:
        """Return what belongs to `seq`, without it; what belongs to no entry is passed over."""
        taken = []
        while self._next is not None and self._next[0] <= seq:
            if self._next[0] == seq:
                taken.append(self._next[1:])
            self._next = next(self._rows, None)
        return tuple(taken)


def _stream(after: int, last: int) -> Iterator[Row]:
    files = _Side(_between(EntryItem.objects.values_list("seq", "file_id"), after, last))
    openings = _Side(
        _between(Commitment.objects.values_list("seq", "name", "value", "salt"), after, last)
    )
    for columns in _between(Entry.objects.values_list(*_COLUMNS), after, last):
        seq = columns[0]
        item_ids = tuple(file_id for (file_id,) in files.take(seq))
        texts = tuple(Opening(*found) for found in openings.take(seq))
        yield Row._make((*columns, item_ids, texts))


def _between(
    rows: QuerySet[Any, tuple[Any, ...]], after: int, last: int
) -> Iterator[tuple[Any, ...]]:
    # No lower bound at the start: rows numbered 0 and below must not hide from the verifier.
    rows = rows.filter(seq__gt=after) if after else rows
    return rows.filter(seq__lte=last).order_by("seq").iterator(chunk_size=CHUNK_ROWS)


def _one_by_one(done: int, last: int) -> Iterator[Row]:
    """Yield rows singly up to the one that cannot be read, and raise ChainError for it."""
    for seq in range(done + 1, last + 1):
        # When even the number cannot be read it is the database that failed, not the row.
        Entry.objects.filter(seq=seq).exists()
        try:
            row = next(_stream(seq - 1, seq), None)
        except DatabaseError as error:
            raise unreadable_entry(seq) from error
        if row is not None:
            yield row
