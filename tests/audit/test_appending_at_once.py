"""Many processes and threads append at once: the chain never forks and has no gap (spec §7)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.server import Server

PROCESSES, THREADS, ENTRIES = 4, 4, 15


@pytest.fixture
def instance(tmp_path: Path) -> Server:
    """Return an instance with a SQLite file of its own; nothing serves it."""
    server = Server(tmp_path, tmp_path / "static")
    server.migrate()
    return server


def test_sixteen_writers_make_one_chain(instance: Server) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.audit.appender", str(THREADS), str(ENTRIES)],
            env=instance.environment,
            stderr=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]
    for writer in writers:
        _out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err.decode()

    size = PROCESSES * THREADS * ENTRIES
    with sqlite3.connect(instance.data / "coffer.sqlite3") as database:
        rows = database.execute(
            "SELECT seq, prev_hash, current_hash, detail FROM audit_entry ORDER BY seq"
        ).fetchall()
        assert database.execute("SELECT size, hash FROM audit_head").fetchall() == [
            (size, rows[-1][2])
        ]
    assert [seq for seq, *_ in rows] == list(range(1, size + 1))
    # A fork would show as two entries after the same one.
    assert Counter(previous for _, previous, _, _ in rows).most_common(1)[0][1] == 1
    # Each writer's every entry is there once.
    assert len({detail for *_, detail in rows}) == size

    checked = instance.manage("verify_log")
    assert (checked.returncode, checked.stdout) == (0, f"Chain verified: {size} entries\n")
