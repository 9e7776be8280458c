"""One entry as the admin shows it: fields, files, commitments, bytes and whether it holds."""

import json
from typing import Any, NamedTuple

from audit.entry import EntryError, decode_detail
from audit.listing import read_usernames
from audit.models import Commitment, Entry, EntryItem
from audit.operations import Operation
from audit.reader import read_size
from audit.verification import check_entry


class DetailLine(NamedTuple):
    """A name of the detail with what it says; `commitment` is the hash when it is one."""

    name: str
    value: str | int | None
    commitment: str


def read_sheet(entry: Entry) -> dict[str, Any]:
    """Return everything the sheet of an entry shows."""
    return {
        "entry": entry,
        "operation": dict(Operation.choices).get(entry.operation, entry.operation),
        "username": read_usernames({entry.user_id}).get(entry.user_id, ""),
        "files": list(EntryItem.objects.filter(seq=entry.seq).values_list("file_id", flat=True)),
        "detail": _detail_lines(entry),
        "bytes": _pretty(entry.entry),
        "reason": check_entry(entry.seq),
        "previous": entry.seq - 1,
        "next": entry.seq + 1 if entry.seq < read_size() else 0,
    }


def _detail_lines(entry: Entry) -> list[DetailLine]:
    """Return the detail line by line; a commitment's value is None once erased."""
    openings = dict(Commitment.objects.filter(seq=entry.seq).values_list("name", "value"))
    try:
        detail = decode_detail(entry.detail)
    except EntryError:
        # Tampered with: the bytes below are what counts, and the verdict says so.
        return []
    return [
        DetailLine(name, openings[name], str(value))
        if name in openings
        else DetailLine(name, value, "")
        for name, value in detail.items()
    ]


def _pretty(data: object) -> str:
    """Return an entry's bytes with line breaks, or as they are when they are no JSON."""
    raw = data.encode() if isinstance(data, str) else bytes(data)  # type: ignore[call-overload]
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw.decode(errors="backslashreplace")
