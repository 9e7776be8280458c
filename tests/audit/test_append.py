"""An entry is written with its operation or not at all, by one writer, and never changed (§7)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from audit import log
from audit.entry import (
    EntryError,
    derive_commitment,
    derive_entry_hash,
    derive_files_digest,
    derive_origin_hash,
)
from audit.models import AppendOnlyError, Commitment, Entry, EntryItem, Head
from audit.operations import Operation
from tests.audit.case import FILES, OWNER, STATEMENT, STRANGER, append, verify

pytestmark = pytest.mark.django_db


class RefusedError(Exception):
    """Stands for whatever makes an operation fail after its entry was appended."""


def append_and_fail(operation: str, **fields: Any) -> NoReturn:
    with transaction.atomic():
        log.append(operation, **fields)
        raise RefusedError


def detail_of(entry: Entry) -> dict[str, str | int]:
    detail: dict[str, str | int] = json.loads(entry.detail)
    return detail


def test_the_first_entry_follows_the_origin(settings: Settings) -> None:
    entry = append("register", user_id=OWNER, statement=STATEMENT)
    first = derive_origin_hash(settings.COFFER_LOG_ORIGIN)
    assert (entry.seq, entry.prev_hash) == (1, first.hex())
    assert entry.current_hash == derive_entry_hash(first, entry.entry).hex()
    head = Head.objects.get()
    assert (head.size, head.hash, head.origin) == (
        1,
        entry.current_hash,
        settings.COFFER_LOG_ORIGIN,
    )


def test_each_entry_follows_the_one_before() -> None:
    entries = [append() for _ in range(3)]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[2].prev_hash == entries[1].current_hash
    assert entries[1].prev_hash == entries[0].current_hash


def test_columns_and_bytes_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    entry = append(
        "upload", user_id=OWNER, file_id=FILES[0], detail={"b": 1, "a": "x"}, statement=STATEMENT
    )
    assert json.loads(entry.entry) == {
        "detail": {"a": "x", "b": 1},
        "file_id": FILES[0],
        "operation": "upload",
        "salt": entry.salt,
        "seq": 1,
        "statement": STATEMENT,
        "timestamp": "2026-03-01T12:00:00.000005Z",
        "user_id": OWNER,
        "v": 1,
    }
    assert entry.timestamp == "2026-03-01T12:00:00.000005Z"
    assert entry.detail == '{"a":"x","b":1}'
    assert verify() == "Chain verified: 1 entries"


def test_every_entry_has_a_salt_of_its_own() -> None:
    assert append().salt != append().salt


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_appended() -> None:
    with pytest.raises(TransactionManagementError):
        log.append("login", user_id=OWNER)
    assert not Entry.objects.exists()
    assert not Head.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_operation_that_fails_leaves_no_entry() -> None:
    append()
    before = Head.objects.values().get()
    with pytest.raises(RefusedError):
        append_and_fail("label", files=FILES, commit={"address": "x"})
    assert Entry.objects.count() == 1
    assert not EntryItem.objects.exists()
    assert not Commitment.objects.exists()
    assert Head.objects.values().get() == before
    assert append().seq == 2
    assert verify() == "Chain verified: 2 entries"


def test_a_part_of_a_transaction_that_fails_leaves_no_entry() -> None:
    with transaction.atomic():
        with pytest.raises(RefusedError):
            append_and_fail("login")
        assert log.append("logout").seq == 1
    assert verify() == "Chain verified: 1 entries"


def test_an_entry_that_cannot_be_written_refuses_the_operation() -> None:
    append()
    Head.objects.update(size=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        log.append("login")
    assert Entry.objects.count() == 1


def test_a_head_that_moved_is_never_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its lock two writers would both build on one head: a fork."""
    append()
    stale = Head.objects.get()
    append()
    Head.objects.filter(size=2).update(size=1)
    monkeypatch.setattr(log, "_lock_head", lambda: Head(size=2, hash=stale.hash, origin="o"))
    with pytest.raises(EntryError, match="moved"):
        append()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("operation", list(Operation))
def test_every_operation_can_be_logged(operation: Operation) -> None:
    assert append(operation).operation == operation.value
    assert str(operation.label)
    assert verify() == "Chain verified: 1 entries"


@pytest.mark.parametrize("operation", ["", "LOGIN", "log in", "anything"])
def test_an_operation_outside_the_vocabulary_is_refused(operation: str) -> None:
    with pytest.raises(ValueError, match="Operation"):
        append(operation)


@pytest.mark.parametrize(
    "fields",
    [
        {"user_id": "mara"},
        {"file_id": "report.pdf"},
        {"files": [FILES[0], "report.pdf"]},
        {"file_id": FILES[0], "files": FILES},
        {"statement": "ab"},
        {"detail": {"Name": "x"}},
        {"detail": {"size": -1}},
        {"detail": {"size": 1.5}},
        {"detail": {"flag": True}},
        {"detail": {"list": []}},
        {"detail": {"files": 3}},
        {"detail": {"address": "x"}, "commit": {"address": "x"}},
        {"commit": {"files_digest": "x"}},
        {"commit": {"User-Agent": "x"}},
        {"detail": {"text": "x" * 70_000}},
    ],
)
def test_fields_that_make_no_entry_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        append("label", **fields)
    assert not Entry.objects.exists()


def test_one_file_is_named_in_the_entry_itself() -> None:
    entry = append("upload", files=[FILES[0], FILES[0]])
    assert entry.file_id == FILES[0]
    assert not EntryItem.objects.exists()


def test_several_files_are_named_beside_and_tied_to_the_entry() -> None:
    entry = append("label", files=[FILES[1], FILES[0], FILES[1]])
    assert entry.file_id == ""
    items = EntryItem.objects.filter(seq=entry.seq).values_list("file_id", flat=True)
    assert sorted(items) == FILES[:2]
    assert detail_of(entry) == {"files": 2, "files_digest": derive_files_digest(FILES[:2])}


def test_personal_text_enters_as_a_commitment_only() -> None:
    entry = append("login", user_id=OWNER, commit={"address": "203.0.113.7", "user_agent": "Fox"})
    assert b"203.0.113.7" not in entry.entry
    assert b"Fox" not in entry.entry
    for opening in Commitment.objects.filter(seq=entry.seq):
        assert detail_of(entry)[opening.name] == derive_commitment(opening.salt, opening.value)
        assert len(opening.salt) == 16
    assert Commitment.objects.count() == 2


def test_the_same_text_never_gives_the_same_commitment() -> None:
    first, second = (append(commit={"address": "203.0.113.7"}) for _ in range(2))
    assert detail_of(first) != detail_of(second)


@pytest.mark.parametrize("text", ["\0", "\ud800", "", "x" * 100_000, "😀" * 2000, "\r\n"])
def test_hostile_text_cannot_stop_an_operation(text: str) -> None:
    append(commit={"user_agent": text})
    kept = Commitment.objects.get().value
    assert kept is not None
    assert len(kept) <= log.MAX_COMMITTED_CHARACTERS
    assert "\0" not in kept
    assert verify() == "Chain verified: 1 entries"


def test_erasing_takes_the_texts_of_one_person_and_is_logged() -> None:
    append(user_id=OWNER, commit={"address": "203.0.113.7"})
    append(user_id=STRANGER, commit={"address": "198.51.100.9"})
    with transaction.atomic():
        entry = log.erase_commitments(OWNER, operator_id=STRANGER)
    assert (entry.operation, entry.user_id) == ("erasure", OWNER)
    assert detail_of(entry) == {"commitments": 1, "operator": STRANGER}
    erased, kept = Commitment.objects.order_by("seq").values_list("value", "salt")
    assert erased == (None, None)
    assert kept[0] == "198.51.100.9"
    assert verify() == "Chain verified: 3 entries"


def test_a_stored_entry_can_be_neither_changed_nor_removed() -> None:
    entry = append()
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(operation="logout"),
        Entry.objects.get().save,
    ):
        with pytest.raises(AppendOnlyError):
            change()
    assert Entry.objects.get().operation == "login"


def test_a_seq_is_never_written_twice() -> None:
    entry = append()
    copy = Entry(**{field.attname: getattr(entry, field.attname) for field in Entry._meta.fields})
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_the_origin_stays_whatever_the_settings_say_later(settings: Settings) -> None:
    began_with = settings.COFFER_LOG_ORIGIN
    append()
    assert not warnings()
    settings.COFFER_LOG_ORIGIN = "moved.example/log"
    append()
    assert Head.objects.get().origin == began_with
    assert verify() == "Chain verified: 2 entries"
    (warning,) = warnings()
    assert warning == (
        f"The log began with the origin {began_with} and keeps it; the settings say"
        " moved.example/log."
    )


def warnings() -> list[str]:
    """Return what the check of the origin says."""
    found = run_checks(databases=["default"])
    return [str(message.msg) for message in found if message.id == "audit.W001"]


def test_an_empty_log_has_no_origin_to_warn_about(settings: Settings) -> None:
    settings.COFFER_LOG_ORIGIN = "moved.example/log"
    assert not warnings()
    assert log.read_head().origin == "moved.example/log"
    assert log.read_head().size == 0


@pytest.mark.parametrize("size", [1, 200])
def test_appending_takes_the_same_queries_however_long_the_log(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(size):
        append()
    with transaction.atomic(), django_assert_num_queries(3):
        log.append("upload", file_id=FILES[0])


def test_no_name_of_a_person_is_ever_a_column() -> None:
    names = {field.name for model in (Entry, EntryItem, Head) for field in model._meta.fields}
    assert not [name for name in names if re.search("username|email|address|agent", name)]
