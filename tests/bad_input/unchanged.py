"""What a refused request must leave as it was: every row, the log, every stored block."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

Picture = dict[str, Any]

# A failed sign-in is counted, which is no change of anything that it asked for (spec §7).
COUNTED = ("vault_loginfailure", "axes_accessattempt")


@contextmanager
def nothing_changes(*, besides: Collection[str] = ()) -> Iterator[None]:
    """Assert that the block changes no row (but in the tables `besides`) and no stored block."""
    before = take_picture(besides)
    yield
    compare(before, take_picture(besides))


@contextmanager
def nothing_changes_in(data: Path) -> Iterator[None]:
    """Assert the same of the data folder of an instance on SQLite that runs elsewhere."""
    before = take_picture_of(data)
    yield
    compare(before, take_picture_of(data))


def compare(before: Picture, after: Picture) -> None:
    """Name the first table that differs."""
    assert after.keys() == before.keys()
    for name, content in before.items():
        assert after[name] == content, f"a refused request changed {name}"


def take_picture(besides: Collection[str] = ()) -> Picture:
    """Return all rows of each table, and name and size of everything in the block store."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = _rows(cursor, [name for name in tables if name not in besides])
    return {**rows, "block store": _blocks(settings.COFFER_DATA)}


def take_picture_of(data: Path) -> Picture:
    """Return the same of an instance's data folder."""
    with closing(sqlite3.connect(data / "coffer.sqlite3")) as database:
        cursor = database.cursor()
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in cursor.fetchall()]
        return {**_rows(cursor, names), "block store": _blocks(data)}


def _rows(cursor: Any, tables: list[str]) -> Picture:
    picture = {}
    for table in tables:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the database's own names
        picture[table] = sorted(repr([_plain(value) for value in row]) for row in cursor)
    return picture


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _blocks(data: Path) -> list[tuple[str, int]]:
    root = data / "blocks"
    return sorted(
        (str(path.relative_to(root)), path.stat().st_size if path.is_file() else 0)
        for path in root.rglob("*")
    )
