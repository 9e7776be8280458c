"""The log under fire: sixteen processes, killed at random points, on both databases (spec §7).

Whatever `kill -9` meets: the chain has no fork and no gap and verifies, every acknowledged
operation is in it, and none is half there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server import ROOT, Server

PROCESSES = 16
SECONDS = 8
LONG_PROCESSES, LONG_SECONDS = 32, 120

Fire = Callable[[int, int], dict[str, Any]]


@pytest.fixture
def fire(instance: Server, tmp_path: Path) -> Fire:
    """Return a function that lets the herd write, and reports what is left."""

    def run(processes: int, seconds: int) -> dict[str, Any]:
        seed = int.from_bytes(os.urandom(4))
        acknowledged = tmp_path / "acknowledged"
        herd = [str(processes), str(seconds), str(seed), str(acknowledged)]
        deaths = call(instance, "tests.audit.herd", *herd)
        report = call(instance, "tests.audit.aftermath", str(acknowledged))
        return {"seed": seed, "deaths": deaths, **report}

    return run


def call(instance: Server, module: str, *arguments: str) -> dict[str, Any]:
    """Run a program on the instance and return the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=instance.environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_killed_writers_leave_one_whole_chain(fire: Fire) -> None:
    report = fire(PROCESSES, SECONDS)
    expect_whole(report, deaths=20)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_writers_leave_one_whole_chain_after_minutes(fire: Fire) -> None:
    report = fire(LONG_PROCESSES, LONG_SECONDS)
    expect_whole(report, deaths=300)


def expect_whole(report: dict[str, Any], *, deaths: int) -> None:
    assert report["lost"] == [], report
    assert report["half"] == [], report
    assert report["sentence"] == f"Chain verified: {report['entries']} entries", report
    # The test is worth something only if enough was written, and enough of it cut short.
    assert report["acknowledged"] >= 5 * deaths, report
    assert report["deaths"]["outside"] >= deaths, report
    assert report["deaths"]["inside"] >= 1, report
