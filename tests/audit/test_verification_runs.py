"""A run verifies the log slice by slice, keeps its result and logs it (spec §7)."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from pytest_django import DjangoAssertNumQueries

from audit import reader, verification
from audit.models import Entry, Verification
from audit.reader import read_rows
from tests.audit.case import (
    FILES,
    OWNER,
    SIZE,
    append,
    fill_log,
    run_to_end,
    tamper,
    verify,
)

pytestmark = pytest.mark.django_db


def start(first: int = 1) -> Verification:
    return verification.start(OWNER, first)


def newest_detail() -> dict[str, str | int]:
    detail: dict[str, str | int] = json.loads(Entry.objects.latest("seq").detail)
    return detail


def test_an_empty_log_is_verified() -> None:
    assert verify() == "Chain verified: 0 entries"


@pytest.mark.parametrize("entries", [1, 5, SIZE - 1, SIZE, SIZE + 1])
def test_slices_of_any_size_come_to_the_same_end(entries: int) -> None:
    fill_log()
    run = run_to_end(start(), entries)
    assert run.sentence == f"Chain verified: {SIZE} entries"
    assert (run.first, run.position, run.target) == (1, SIZE, SIZE)
    assert run.hash == run.target_hash == Entry.objects.get(seq=SIZE).current_hash
    assert run.finished_at is not None
    assert run.bad_seq is None


@pytest.mark.parametrize("entries", [1, 5, SIZE])
@pytest.mark.parametrize("bad", [1, 5, 6, SIZE])
def test_slices_of_any_size_find_the_same_entry(entries: int, bad: int) -> None:
    fill_log()
    tamper("UPDATE audit_entry SET statement = '' WHERE seq = %s", bad)
    run = run_to_end(start(), entries)
    assert run.bad_seq == bad
    assert run.status == "broken"
    assert run.position == bad - 1
    assert run.sentence == f"Chain broken at entry {bad}: {run.reason}"
    assert run.reason == "column — the column statement disagrees with the entry's bytes"


def test_a_slice_stores_where_it_came_to() -> None:
    fill_log()
    run = start()
    verification.advance(run, 5)
    kept = Verification.objects.get()
    assert (kept.status, kept.position, kept.sentence) == ("running", 5, "")
    assert kept.hash == Entry.objects.get(seq=5).current_hash
    assert str(kept) == f"5 / {SIZE}"
    assert run_to_end(kept).sentence == f"Chain verified: {SIZE} entries"


def test_a_finished_run_is_logged_with_its_operator() -> None:
    fill_log()
    run = run_to_end(start())
    entry = Entry.objects.latest("seq")
    assert (entry.seq, entry.operation, entry.user_id) == (SIZE + 1, "verification", OWNER)
    expected = {"run": run.pk, "first": 1, "last": SIZE, "result": "verified"}
    assert newest_detail() == expected
    assert verify() == f"Chain verified: {SIZE + 1} entries"


def test_a_broken_run_is_logged_with_what_it_found() -> None:
    fill_log()
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 4")
    run = run_to_end(start())
    assert newest_detail() == {
        "run": run.pk,
        "first": 1,
        "last": SIZE,
        "result": "broken",
        "bad_seq": 4,
        "reason": "column — the column user_id disagrees with the entry's bytes",
    }


def test_a_finished_run_is_not_run_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill_log()
    run = run_to_end(start())
    with django_assert_num_queries(0):
        verification.advance(run)
    assert Entry.objects.count() == SIZE + 1
    assert Verification.objects.get().sentence == f"Chain verified: {SIZE} entries"


def test_appends_during_a_run_neither_break_nor_prolong_it() -> None:
    fill_log()
    run = start()
    while run.status == "running":
        verification.advance(run, 5)
        append()
    assert run.sentence == f"Chain verified: {SIZE} entries"


def test_a_tail_cut_during_a_run_is_missing() -> None:
    fill_log()
    run = start()
    verification.advance(run, 5)
    tamper("DELETE FROM audit_entry WHERE seq > 8", rows=SIZE - 8)
    tamper("UPDATE audit_head SET size = 8")
    assert run_to_end(run).sentence == "Chain broken at entry 9: order — the entry is missing"


def test_two_requests_for_one_slice_store_and_log_it_once() -> None:
    fill_log()
    first = start()
    second = Verification.objects.get()
    verification.advance(first)
    verification.advance(second)
    assert second.sentence == first.sentence == f"Chain verified: {SIZE} entries"
    assert Entry.objects.filter(operation="verification").count() == 1


def test_two_requests_that_find_the_same_break_log_it_once() -> None:
    fill_log()
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 1")
    first = start()
    second = Verification.objects.get()
    verification.advance(first)
    verification.advance(second)
    assert second.sentence == first.sentence
    assert Entry.objects.filter(operation="verification").count() == 1


def test_a_late_answer_does_not_set_a_run_back() -> None:
    fill_log()
    run = start()
    late = Verification.objects.get()
    verification.advance(run, 8)
    verification.advance(late, 3)
    assert Verification.objects.get().position == late.position == 8


@pytest.mark.parametrize("sql", ["DELETE FROM audit_head", "UPDATE audit_head SET size = 3"])
def test_a_log_that_can_take_no_entry_is_still_reported(sql: str) -> None:
    fill_log()
    tamper(sql)
    assert verify().startswith("Chain broken at entry ")
    assert Verification.objects.get().status == "broken"
    assert Entry.objects.count() == SIZE


def test_a_log_with_a_head_that_is_no_hash_is_still_reported() -> None:
    fill_log()
    tamper("UPDATE audit_head SET hash = 'none'")
    assert verify() == (
        f"Chain broken at entry {SIZE}: link — the head of the log does not record this entry's"
        " hash"
    )


def test_a_run_from_a_later_entry_counts_what_it_read() -> None:
    fill_log()
    run = run_to_end(start(9), 2)
    assert run.sentence == "Chain verified: 4 entries"
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 4")
    assert run_to_end(start(9)).status == "verified"
    assert run_to_end(start(4)).bad_seq == 4


def test_a_run_may_start_behind_the_newest_entry() -> None:
    fill_log()
    assert run_to_end(start(SIZE + 1)).sentence == "Chain verified: 0 entries"


@pytest.mark.parametrize("first", [0, -1, SIZE + 2])
def test_a_run_starts_only_after_an_entry(first: int) -> None:
    fill_log()
    with pytest.raises(verification.StartError):
        start(first)
    assert not Verification.objects.exists()


def test_a_run_starts_only_after_a_hash() -> None:
    fill_log()
    tamper("UPDATE audit_entry SET current_hash = 'none' WHERE seq = 8")
    with pytest.raises(verification.StartError):
        start(9)


@pytest.mark.parametrize("size", [3, 300])
def test_a_slice_takes_the_same_queries_whatever_it_holds(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(size):
        append("label", files=FILES, detail={"number": number}, commit={"address": "203.0.113.7"})
    with django_assert_num_queries(3):
        assert len(list(read_rows(0, size))) == size
    run = start()
    # Three to read, a savepoint and its release around storing, one to read the run again.
    with django_assert_num_queries(7):
        verification.advance(run, size - 1)
    assert run.position == size - 1


def test_the_rows_are_read_in_constant_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "CHUNK_ROWS", 20)
    for number in range(800):
        append("label", files=FILES[:2], detail={"number": number})
    few, many = peak_of_reading(80), peak_of_reading(800)
    assert many < 1.5 * few


def peak_of_reading(last: int) -> int:
    """Return the most bytes in use while reading up to an entry."""
    tracemalloc.start()
    for _row in read_rows(0, last):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
