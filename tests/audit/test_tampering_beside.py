"""What stands beside the entries is verified too: head, files, texts, types (spec §7)."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.audit.case import (
    CONTENT,
    FILE_LIST,
    FILES,
    HEAD,
    LINK,
    MISSING,
    OPENING,
    SIZE,
    SURPLUS,
    WITH_COMMITMENTS,
    WITH_FILES,
    column,
    copy_entry,
    expect_broken,
    fill_log,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    fill_log()


@pytest.mark.parametrize(
    ("sql", "seq", "reason"),
    [
        ("UPDATE audit_head SET hash = origin", SIZE, HEAD),
        ("UPDATE audit_head SET size = 8", 9, SURPLUS),
        ("UPDATE audit_head SET size = 13", 13, MISSING),
        ("UPDATE audit_head SET size = 0", 1, SURPLUS),
        ("UPDATE audit_head SET size = -3", 1, SURPLUS),
        ("UPDATE audit_head SET origin = 'elsewhere/log'", 1, LINK),
        ("DELETE FROM audit_head", 1, SURPLUS),
    ],
)
def test_a_changed_head_is_noticed(sql: str, seq: int, reason: str) -> None:
    tamper(sql)
    expect_broken(seq, reason)


@pytest.mark.parametrize(
    ("sql", "parameters", "rows"),
    [
        ("DELETE FROM audit_entryitem WHERE seq = 5", (), 3),
        ("DELETE FROM audit_entryitem WHERE file_id = %s", (FILES[0],), 1),
        ("UPDATE audit_entryitem SET file_id = %s WHERE file_id = %s", (FILES[4], FILES[0]), 1),
        ("UPDATE audit_entryitem SET file_id = 'F' WHERE file_id = %s", (FILES[0],), 1),
        ("INSERT INTO audit_entryitem (seq, file_id) VALUES (5, %s)", (FILES[4],), 1),
    ],
)
def test_a_changed_list_of_files_is_a_column(
    sql: str, parameters: tuple[str, ...], rows: int
) -> None:
    tamper(sql, *parameters, rows=rows)
    expect_broken(WITH_FILES, FILE_LIST)


def test_a_list_of_files_that_an_entry_never_had_is_a_column() -> None:
    tamper("INSERT INTO audit_entryitem (seq, file_id) VALUES (4, %s)", FILES[4])
    expect_broken(4, FILE_LIST)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_commitment SET value = '198.51.100.1' WHERE name = 'address'",
        "UPDATE audit_commitment SET name = 'host' WHERE name = 'address'",
        "UPDATE audit_commitment SET salt = (SELECT salt FROM audit_commitment"
        " WHERE name = 'user_agent') WHERE name = 'address'",
    ],
)
def test_a_changed_text_is_a_column(sql: str) -> None:
    tamper(sql)
    expect_broken(WITH_COMMITMENTS, OPENING)


def test_an_invented_text_is_a_column() -> None:
    tamper(
        "INSERT INTO audit_commitment (seq, name, value, salt) VALUES (4, 'address', 'x', %s)",
        b"0" * 16,
    )
    expect_broken(4, OPENING)


def test_an_erased_text_leaves_the_chain_verified() -> None:
    tamper("UPDATE audit_commitment SET value = NULL, salt = NULL WHERE name = 'address'")
    assert verify() == f"Chain verified: {SIZE} entries"


only_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="only SQLite stores values of another type than the column",
)


@only_sqlite
@pytest.mark.parametrize(
    ("sql", "seq", "reason"),
    [
        (
            "UPDATE audit_entry SET entry = replace(entry, 'upload', 'delete') WHERE seq = 4",
            4,
            CONTENT,
        ),
        ("UPDATE audit_entry SET entry = 17 WHERE seq = 4", 4, CONTENT),
        (
            "UPDATE audit_entry SET entry = CAST(entry AS TEXT) WHERE seq = 4",
            4,
            "content — the entry is not stored as bytes",
        ),
        (
            "UPDATE audit_entry SET user_id = CAST(user_id AS BLOB) WHERE seq = 4",
            4,
            column("user_id"),
        ),
        ("UPDATE audit_entry SET prev_hash = x'00' WHERE seq = 4", 4, LINK),
        ("UPDATE audit_entry SET seq = 'four' WHERE seq = 4", 4, MISSING),
        ("UPDATE audit_entry SET seq = 'last' WHERE seq = 12", 12, MISSING),
        ("UPDATE audit_entry SET seq = 3.5 WHERE seq = 3", 3, MISSING),
        ("UPDATE audit_commitment SET salt = 'text' WHERE name = 'address'", 7, OPENING),
        ("UPDATE audit_commitment SET value = x'00' WHERE name = 'address'", 7, OPENING),
        ("UPDATE audit_entryitem SET file_id = x'00' WHERE id = 1", 5, FILE_LIST),
        (
            "UPDATE audit_entry SET operation = CAST(x'75ff' AS TEXT) WHERE seq = 4",
            4,
            "column — a column holds bytes that are not text",
        ),
    ],
)
def test_values_of_another_type_are_named(sql: str, seq: int, reason: str) -> None:
    tamper(sql)
    expect_broken(seq, reason)


@only_sqlite
def test_a_surplus_entry_numbered_by_a_text_is_found() -> None:
    copy_entry(SIZE, SIZE + 1)
    tamper("UPDATE audit_entry SET seq = 'more' WHERE seq = %s", SIZE + 1)
    expect_broken(SIZE + 1, SURPLUS)
