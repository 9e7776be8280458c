"""Memory of the browser's whole process tree does not grow with the size of the file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page

from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e import drive
from tests.e2e.memory import Peak
from tests.server import Server

MARGIN = 64 << 20  # bytes: garbage collection and the browser's own caches come and go
BIG = 400
SMALL = 100


@pytest.mark.timeout(900)
def test_peak_memory_is_flat_between_100_and_400_megabytes(
    server: Server, browser_type: BrowserType, tmp_path: Path
) -> None:
    """Compare peaks once the heaps have their working size: a big file goes first, unmeasured.

    A fresh browser's heaps grow for the first few hundred megabytes whatever is done with them.
    """
    profile = tmp_path / "profile"  # a folder of its own marks the processes of this browser
    context = browser_type.launch_persistent_context(
        profile, executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS
    )
    try:
        page = context.new_page()
        drive.sign_up(page, server.url, "memory", "a long enough phrase")
        _there_and_back(page, tmp_path, profile, BIG)
        small = _there_and_back(page, tmp_path, profile, SMALL)
        big = _there_and_back(page, tmp_path, profile, BIG)
    finally:
        context.close()
    for direction, before, after in zip(("up", "down"), small, big, strict=True):
        assert after - before < MARGIN, f"{direction}: {before >> 20} MiB, then {after >> 20} MiB"


def _there_and_back(page: Page, folder: Path, profile: Path, megabytes: int) -> tuple[int, int]:
    """Upload and download noise of this size; return both peaks in bytes."""
    source = folder / f"{secrets.token_hex(4)}.bin"
    with source.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(1_000_000))
    with Peak(str(profile)) as up:
        drive.drop(page, [source])
        drive.wait_uploaded(page, source.name)
    with Peak(str(profile)) as down:
        received = drive.download(page, source.name, folder / "received")
    assert drive.sha256(received) == drive.sha256(source)
    source.unlink()
    received.unlink()
    return up.bytes, down.bytes
