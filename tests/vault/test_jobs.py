"""The jobs: due at their intervals, none stopped by another, done once by several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from audit.models import Entry
from tests.vault.drafts import hash_of, make_bytes
from tests.vault.member import Member
from vault.blobstore import FilesystemStore
from vault.management.commands import jobs
from vault.models import LoginFailure, Upload
from vault.scheduler import Job, Scheduler
from vault.services.sweep import STRAY_AGE, sweep_blocks

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **amount: float) -> None:
        self.time += timedelta(**amount)


def test_jobs_are_due_at_the_start_and_then_at_their_intervals() -> None:
    clock, ran = Clock(), []

    def job(name: str, minutes: int) -> Job:
        return Job(name, timedelta(minutes=minutes), lambda _now: ran.append(name) or 1)

    scheduler = Scheduler([job("often", 1), job("seldom", 60)], clock)
    scheduler.run_due()
    assert ran == ["often", "seldom"]
    clock.advance(seconds=59)
    scheduler.run_due()
    clock.advance(seconds=1)
    scheduler.run_due()
    assert ran == ["often", "seldom", "often"]
    clock.advance(minutes=59)
    scheduler.run_due()
    assert ran == ["often", "seldom", "often", "often", "seldom"]


def test_one_failing_job_stops_no_other_and_is_tried_again(caplog: Any) -> None:
    clock, ran = Clock(), []

    def fail(_now: datetime) -> int:
        ran.append("failing")
        raise OSError("the disk is gone")

    minute = timedelta(minutes=1)
    good = Job("good", minute, lambda _now: ran.append("good") or 1)
    scheduler = Scheduler([Job("failing", minute, fail), good], clock)
    assert scheduler.run_due() == 1
    assert ran == ["failing", "good"]
    assert "job failed: failing" in caplog.text
    clock.advance(minutes=1)
    scheduler.run_due()
    assert ran == ["failing", "good"] * 2


def test_a_stop_is_heard_between_two_jobs() -> None:
    ran: list[str] = []
    minute = timedelta(minutes=1)
    both = [Job(name, minute, lambda _now, n=name: ran.append(n) or 1) for name in "ab"]
    Scheduler(both, Clock()).run_due(lambda: bool(ran))
    assert ran == ["a"]


@pytest.mark.django_db(transaction=True)
def test_once_runs_every_job(owner: Member, store: FilesystemStore) -> None:
    now = datetime.now(UTC)
    LoginFailure.objects.create(user_id=owner.user, minute=now - timedelta(minutes=5), count=4)
    draft = owner.draft(5)
    owner.send_blocks(draft)
    Upload.objects.update(touched_at=now - timedelta(hours=25))
    Session.objects.create(session_key="old", session_data="x", expire_date=now - timedelta(days=1))
    call_command("jobs", "--once")
    assert Entry.objects.filter(operation="login_failed").count() == 1
    assert not Upload.objects.exists()
    assert list(store.versions()) == []
    assert not Session.objects.filter(session_key="old").exists()


def test_once_tells_of_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: datetime) -> int:
        raise OSError("the disk is gone")

    monkeypatch.setattr(jobs, "JOBS", (Job("failing", timedelta(minutes=1), fail),))
    with pytest.raises(CommandError):
        call_command("jobs", "--once")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_process_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COFFER_")},
        "COFFER_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    version = tmp_path / "blocks" / "aa" / f"aa{str(uuid4())[2:]}"
    version.mkdir(parents=True)
    process = subprocess.Popen([*command, "jobs"], cwd=ROOT, env=environment)
    try:
        # Its first round removes the empty folder: by then it listens to signals.
        for _ in range(600):
            if not version.exists():
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
        assert not version.exists()
        process.send_signal(number)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


# --- sweep ----------------------------------------------------------------------------------------


def age(store: FilesystemStore, by: timedelta) -> None:
    for path in store.root.rglob("*.*"):
        moment = path.stat().st_mtime - by.total_seconds()
        os.utime(path, (moment, moment))


@pytest.mark.django_db(transaction=True)
def test_the_sweep_removes_what_no_row_names(owner: Member, store: FilesystemStore) -> None:
    committed, opened = owner.upload(5), owner.draft(5)
    owner.send_blocks(opened)
    stray = make_bytes(37)
    for version in (committed.version, opened.version, str(uuid4())):
        store.put(UUID(version), 0, hash_of(stray), 37, BytesIO(stray))
    now = datetime.now(UTC)
    assert sweep_blocks(now) == 0
    age(store, STRAY_AGE + timedelta(minutes=1))
    assert sweep_blocks(now) == 3
    left = sorted(path.name for path in store.root.rglob("*.*"))
    assert left == sorted(f"0.{hash_of(draft.blocks[0])}" for draft in (committed, opened))
    assert len(list(store.versions())) == 2
    assert sweep_blocks(now) == 0
    assert owner.begin_download(committed.version).status_code == 200
    assert owner.post(owner.sign_upload(opened)).status_code == 201
