"""The database keeps what was acknowledged, and takes its write lock before it reads."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

on_sqlite = pytest.mark.skipif(
    "sqlite" not in connection.settings_dict["ENGINE"], reason="these are settings of SQLite"
)


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit that was answered survives a power cut
        ("foreign_keys", 1),
        ("busy_timeout", 20_000),
    ],
)
def test_sqlite_is_durable_and_patient(pragma: str, value: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_transaction_takes_the_write_lock_first() -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        pass
    assert queries[0]["sql"] == "BEGIN IMMEDIATE"


@pytest.mark.django_db(transaction=True)
def test_no_request_runs_in_one_transaction() -> None:
    # A body may stream for an hour; a transaction open meanwhile would hold every other writer.
    assert connection.settings_dict["ATOMIC_REQUESTS"] is False
