"""Many processes and threads append at once: the chain never forks and has no gap (spec §7)."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from typing import Any

import dj_database_url
import psycopg

from tests.server import Server

PROCESSES, THREADS, ENTRIES = 4, 4, 15


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
    with closing(connect(instance)) as database:
        cursor = database.cursor()
        cursor.execute("SELECT seq, prev_hash, current_hash, detail FROM audit_entry ORDER BY seq")
        rows = cursor.fetchall()
        cursor.execute("SELECT size, hash FROM audit_head")
        assert cursor.fetchall() == [(size, rows[-1][2])]
    assert [seq for seq, *_ in rows] == list(range(1, size + 1))
    # A fork would show as two entries after the same one.
    assert Counter(previous for _, previous, _, _ in rows).most_common(1)[0][1] == 1
    # Each writer's every entry is there once.
    assert len({detail for *_, detail in rows}) == size

    checked = instance.manage("verify_log")
    assert (checked.returncode, checked.stdout) == (0, f"Chain verified: {size} entries\n")


def connect(instance: Server) -> Any:
    """Return a connection (PEP 249) to the instance's database, around Django."""
    url = instance.environment.get("COFFER_DATABASE_URL")
    if url is None:
        return sqlite3.connect(instance.data / "coffer.sqlite3")
    address = dj_database_url.parse(url)
    return psycopg.connect(host=address["HOST"], user=address["USER"], dbname=address["NAME"])
