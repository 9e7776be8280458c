"""Memory of the browser's whole process tree does not grow with the size of the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e import drive
from tests.e2e.memory import Peak
from tests.server import Server

MARGIN = 96 << 20  # bytes: garbage collection and the browser's own caches come and go


@pytest.mark.timeout(900)
def test_peak_memory_is_flat_between_100_and_400_megabytes(
    server: Server, _playwright: Playwright, tmp_path: Path
) -> None:
    peaks: dict[tuple[int, str], int] = {}
    for megabytes in (100, 400):
        profile = tmp_path / f"profile-{megabytes}"
        source = tmp_path / f"{megabytes}.bin"
        with source.open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1_000_000))
        # A profile folder of its own marks the processes that belong to this browser.
        context = _playwright.chromium.launch_persistent_context(
            profile, executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS
        )
        try:
            page = context.new_page()
            drive.sign_up(page, server.url, f"memory{megabytes}", "a long enough phrase")
            with Peak(str(profile)) as peak:
                drive.drop(page, [source])
                drive.wait_uploaded(page, source.name)
            peaks[megabytes, "up"] = peak.bytes
            with Peak(str(profile)) as peak:
                received = drive.download(page, source.name, tmp_path / "received")
            peaks[megabytes, "down"] = peak.bytes
            assert drive.sha256(received) == drive.sha256(source)
            expect(drive.row(page, source.name)).to_be_visible()
        finally:
            context.close()
    for direction in ("up", "down"):
        growth = peaks[400, direction] - peaks[100, direction]
        assert growth < MARGIN, f"{direction}: grew by {growth >> 20} MiB; {peaks}"
