"""Many at once: everything happens once, and whoever comes second is told so (spec §5.2)."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection, connections

from audit.models import Entry, Head
from tests.vault.drafts import hash_of, make_bytes, make_uuid
from tests.vault.member import Member, Signed
from vault.blobstore import FilesystemStore
from vault.models import Block, File, Keyring, LoginFailure, Upload, User, Version
from vault.services.sessions import flush_login_failures
from vault.services.uploads import expire_uploads

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Run tasks in as many threads, begun together; each has a database connection of its own."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        try:
            barrier.wait(30)
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def outcome(response: Any) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def chain_is_whole() -> bool:
    entries = list(Entry.objects.order_by("seq"))
    return (
        [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        and all(before.current_hash == after.prev_hash for before, after in pairwise(entries))
        and Head.objects.get().size == len(entries)
    )


@pytest.fixture
def commit(owner: Member) -> Signed:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    return owner.sign_upload(draft)


def test_one_commit_sent_twenty_times_by_threads(owner: Member, commit: Signed) -> None:
    twins = [owner.twin() for _ in range(20)]
    answers = at_once([lambda twin=twin: twin.post(commit) for twin in twins])
    assert Counter(outcome(answer) for answer in answers) == {(201, ""): 20}
    assert len({answer.content for answer in answers}) == 1
    assert Version.objects.count() == Entry.objects.filter(operation="upload").count() == 1
    assert User.objects.get().chain_seq == 2
    assert chain_is_whole()


def test_one_commit_sent_by_several_processes(owner: Member, commit: Signed) -> None:
    context = multiprocessing.get_context("fork")
    answers: Any = context.Queue()

    def post() -> None:
        response = owner.post(commit)
        answers.put((response.status_code, response.content))
        connections.close_all()

    # A connection must not be shared over a fork.
    connections.close_all()
    processes = [context.Process(target=post) for _ in range(8)]
    for process in processes:
        process.start()
    found = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    assert Counter(status for status, _ in found) == {201: 8}
    assert len({content for _, content in found}) == 1
    assert Version.objects.count() == Entry.objects.filter(operation="upload").count() == 1
    assert chain_is_whole()


def test_of_several_statements_on_one_head_one_wins(owner: Member) -> None:
    signed = [owner.sign("label", [owner.label_pair(make_uuid(), "create")]) for _ in range(8)]
    twins = [owner.twin() for _ in signed]
    tasks = [lambda t=t, s=s: t.post(s) for t, s in zip(twins, signed, strict=True)]
    answers = at_once(tasks)
    assert Counter(outcome(a) for a in answers) == {(201, ""): 1, (409, "stale_head"): 7}
    assert File.objects.count() == 1
    assert User.objects.get().chain_seq == 2
    assert chain_is_whole()


def test_members_do_not_wait_for_each_others_chains(db: None) -> None:
    members = [Member(f"member-{number}").sign_up() for number in range(6)]
    signed = [m.sign("label", [m.label_pair(make_uuid(), "create")]) for m in members]
    tasks = [lambda m=m, s=s: m.post(s) for m, s in zip(members, signed, strict=True)]
    assert {outcome(answer) for answer in at_once(tasks)} == {(201, "")}
    assert chain_is_whole()


def test_of_several_sign_ups_under_one_name_one_wins(transactional_db: None) -> None:
    members = [Member("owner") for _ in range(6)]
    bodies = [member.registration() for member in members]
    for member in members:
        member.refresh_token()
    tasks = [
        lambda m=m, b=b: m.send("POST", "accounts", b) for m, b in zip(members, bodies, strict=True)
    ]
    answers = Counter(outcome(answer) for answer in at_once(tasks))
    assert answers == {(201, ""): 1, (409, "username_taken"): 5}
    assert User.objects.count() == Keyring.objects.count() == Entry.objects.count() == 1


def test_one_sign_up_sent_several_times_makes_one_member(transactional_db: None) -> None:
    member = Member("owner")
    body = member.registration()
    twins = [Member("owner", user=member.user) for _ in range(5)]
    for twin in twins:
        twin.refresh_token()
    answers = at_once([lambda t=t: t.send("POST", "accounts", body) for t in twins])
    # Whoever came second before the first was done may be told so, and can send it once more.
    assert {outcome(answer)[0] for answer in answers} <= {201, 409}
    # Being signed in brought a new token.
    twins[0].refresh_token()
    assert twins[0].send("POST", "accounts", body).status_code == 201
    assert User.objects.count() == 1


def test_of_several_keyrings_of_one_revision_one_wins(owner: Member) -> None:
    twins = [owner.twin() for _ in range(6)]
    bodies = [{"revision": 2, "sealed": "A" * (1_000 + 4 * at)} for at in range(6)]
    tasks = [
        lambda t=t, b=b: t.send("PUT", "keyring", b) for t, b in zip(twins, bodies, strict=True)
    ]
    answers = Counter(outcome(answer) for answer in at_once(tasks))
    assert answers == {(200, ""): 1, (409, "stale_keyring"): 5}


def test_one_block_sent_several_times(owner: Member, store: FilesystemStore) -> None:
    draft = owner.draft(5)
    owner.send("POST", "uploads", {"length": 5, "version": draft.version})
    twins = [owner.twin() for _ in range(8)]
    block = draft.blocks[0]
    answers = at_once([lambda t=t: t.put_block(draft.version, 0, block) for t in twins])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 7}
    assert owner.post(owner.sign_upload(draft)).status_code == 201
    assert [path.name for path in store.root.rglob("*.*")] == [f"0.{hash_of(block)}"]


@pytest.mark.parametrize("_round", range(3))
def test_a_block_that_is_acknowledged_is_there(
    owner: Member, store: FilesystemStore, _round: int
) -> None:
    """Two tabs send other bytes for one block over and over: the row's block is never removed."""
    version = make_uuid()
    owner.send("POST", "uploads", {"length": 5, "version": version})
    blocks = [make_bytes(37) for _ in range(3)]
    twins = [owner.twin() for _ in range(9)]
    tasks = [lambda t=t, b=blocks[at % 3]: t.put_block(version, 0, b) for at, t in enumerate(twins)]
    answers = Counter(outcome(answer) for answer in at_once(tasks))
    assert set(answers) <= {(201, ""), (200, ""), (409, "conflict")}
    named = Block.objects.get()
    assert {path.name for path in store.root.rglob("*.*")} == {f"0.{named.digest}"}


def test_a_commit_and_late_blocks(owner: Member, store: FilesystemStore) -> None:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    signed = owner.sign_upload(draft)
    twins = [owner.twin() for _ in range(8)]
    other = make_bytes(37)
    tasks: list[Callable[[], Any]] = [
        lambda t=t, at=at: t.put_block(draft.version, 0, draft.blocks[0] if at % 2 else other)
        for at, t in enumerate(twins)
    ]
    answers = at_once([*tasks, lambda: owner.post(signed)])
    if answers[-1].status_code == 201:
        assert store.holds(Version.objects.get().pk, 0, hash_of(draft.blocks[0]))
    else:
        assert outcome(answers[-1]) == (409, "upload_incomplete")
        assert Upload.objects.count() == 1


def test_opening_and_discarding_at_once(owner: Member, store: FilesystemStore) -> None:
    draft = owner.draft(5)
    twins = [owner.twin() for _ in range(9)]
    body = {"length": 5, "version": draft.version}
    path = f"uploads/{draft.version}"
    kinds: list[Callable[[Member], Any]] = [
        lambda t: t.send("POST", "uploads", body),
        lambda t: t.send("DELETE", path),
        lambda t: t.put_block(draft.version, 0, draft.blocks[0], **{"Coffer-Length": "5"}),
    ]
    answers = at_once([lambda t=t, k=kinds[at % 3]: k(t) for at, t in enumerate(twins)])
    assert {answer.status_code for answer in answers} <= {200, 201, 204, 404, 409}
    for block in Block.objects.all():
        assert store.holds(block.upload_id, block.index, block.digest)


def test_no_failed_login_is_lost(owner: Member) -> None:
    browsers = [Member("owner", login_keys={"password": make_bytes(32)}) for _ in range(8)]
    for browser in browsers:
        browser.refresh_token()
    answers = at_once([browser.sign_in for browser in browsers])
    assert {outcome(answer) for answer in answers} == {(401, "login_failed")}
    assert sum(LoginFailure.objects.values_list("count", flat=True)) == 8


def test_two_job_processes_do_the_work_once(owner: Member) -> None:
    now = datetime.now(UTC)
    for minutes in range(3, 8):
        LoginFailure.objects.create(
            user_id=owner.user, minute=now - timedelta(minutes=minutes), count=2
        )
    owner.send("POST", "uploads", {"length": 5, "version": make_uuid()})
    Upload.objects.update(touched_at=now - timedelta(hours=25))
    flushed = at_once([lambda: flush_login_failures(now)] * 4)
    assert sum(flushed) == Entry.objects.filter(operation="login_failed").count() == 5
    assert sum(at_once([lambda: expire_uploads(now - timedelta(hours=24))] * 4)) == 1
    assert chain_is_whole()
