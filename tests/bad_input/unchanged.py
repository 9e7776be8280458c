"""What a refused request must leave as it was: every row, the log, every stored block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

Picture = dict[str, Any]

# A failed sign-in is counted, which is no change of anything that it asked for (spec §7).
COUNTED = "vault_loginfailure"


@contextmanager
def nothing_changes(*, besides: str = "") -> Iterator[None]:
    """Assert that the block changes no row (but in the table `besides`) and no stored block."""
    before = take_picture(besides)
    yield
    after = take_picture(besides)
    for name, content in before.items():
        assert after[name] == content, f"a refused request changed {name}"
    assert after.keys() == before.keys()


def take_picture(besides: str = "") -> Picture:
    """Return all rows of each table, and name and size of everything in the block store."""
    return {**_rows(besides), "block store": _blocks()}


def _rows(besides: str) -> Picture:
    with connection.cursor() as cursor:
        picture = {}
        for table in connection.introspection.table_names(cursor):
            if table != besides:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the database's own names
                picture[table] = sorted(repr([_plain(value) for value in row]) for row in cursor)
        return picture


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _blocks() -> list[tuple[str, int]]:
    root: Path = settings.COFFER_DATA / "blocks"
    return sorted(
        (str(path.relative_to(root)), path.stat().st_size if path.is_file() else 0)
        for path in root.rglob("*")
    )
