"""What is in the database after writers were killed, for test_concurrency.

    python -m tests.audit.aftermath ACKNOWLEDGED

Prints {sentence, entries, acknowledged, lost, half}: the verification's sentence, how many entries
there are, how many operations were acknowledged, which of them the log lacks, and what exists
without its other half.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.db import connection


def main(acknowledged: Path) -> None:
    """Print the report as JSON."""
    django.setup()
    _wait_for_the_dead()

    from audit.models import Entry
    from tests.audit.case import verify

    entries = {entry.seq: entry for entry in Entry.objects.all()}
    notes = [json.loads(line) for line in acknowledged.read_text().splitlines()]
    report = {
        "entries": len(entries),
        "acknowledged": len(notes),
        "lost": [note for note in notes if not _is_kept(note, entries.get(note["entry"]))],
        "half": [*_halves_of_statements(entries), *_halves_beside(entries)],
        "sentence": verify(),
    }
    sys.stdout.write(json.dumps(report))


def _wait_for_the_dead() -> None:
    """Wait until PostgreSQL has noticed that the killed are gone: one may yet commit."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connection.cursor() as cursor:
        while cursor.execute(others).fetchone() != (0,):
            time.sleep(0.05)


def _is_kept(note: dict[str, Any], entry: Any) -> bool:
    if entry is None:
        return False
    if "statement" in note:
        return bool(entry.statement == note["statement"])
    return bool(json.loads(entry.detail).get("number") == note["number"])


def _halves_of_statements(entries: dict[int, Any]) -> Iterator[str]:
    """Hold each member's chain, rows and entries to each other; the client's own replay judges."""
    from tests.vault.drafts import hash_of
    from vault.client.directory import new_directory, replay
    from vault.models import File, Label, Statement, User

    logged = Counter(entry.statement for entry in entries.values() if entry.statement)
    stored = Counter(Statement.objects.values_list("hash", flat=True))
    yield from (f"a statement without its entry: {it}" for it in stored - logged)
    yield from (f"an entry without its statement: {it}" for it in logged - stored)
    for member in User.objects.members():
        chain = Statement.objects.chain_of(member)
        served: list[Any] = [
            {"statement": bytes(row.statement), "signature": bytes(row.signature)} for row in chain
        ]
        directory = replay(new_directory(str(member.pk)), served)
        if (member.chain_seq, member.chain_hash) != (
            len(directory["chain"]),
            directory["chain"][-1],
        ):
            yield f"a head beside its chain: {member.username}"
        said = {file: entry["label"] for file, entry in directory["files"].items()}
        labels = {
            str(label.file_id): hash_of(bytes(label.sealed))
            for label in Label.objects.of_person(member)
        }
        files = {str(file.pk) for file in File.objects.owned_by(member)}
        if not said.keys() == files == labels.keys() or said != labels:
            yield f"folders beside their statements: {member.username}"


def _halves_beside(entries: dict[int, Any]) -> Iterator[str]:
    """Hold the tables beside the log to it: verification knows only what an entry names."""
    from audit.models import Commitment, EntryItem

    due = {seq: 2 for seq, entry in entries.items() if "user_agent" in json.loads(entry.detail)}
    if due != Counter(Commitment.objects.values_list("seq", flat=True)):
        yield "commitments beside their entries"
    named = {
        seq: json.loads(entry.detail)["files"]
        for seq, entry in entries.items()
        if "files" in json.loads(entry.detail)
    }
    if named != Counter(EntryItem.objects.values_list("seq", flat=True)):
        yield "files beside their entries"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
