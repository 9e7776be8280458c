"""Measure, print and write docs/benchmarks.md: `make bench`, for longer files `BENCH_FULL=1`."""

from __future__ import annotations

import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench import rows
from tests.bench.rows import Row
from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e import drive
from tests.server import ROOT, Server, collect_static

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured -->\n", "<!-- /measured -->\n"


def main() -> None:
    """Run every row on a server and a browser of its own."""
    sizes = (64, 256, 1024) if os.environ.get("BENCH_FULL") else (32, 96, 256)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        static, profile = folder / "static", folder / "profile"
        static.mkdir()
        collect_static(static)
        server = Server(folder, static)
        server.migrate()
        server.start()
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS
        )
        try:
            page = browser.new_page()
            drive.sign_up(page, server.url, "bench", "a long enough phrase")
            # Unmeasured: the first file starts workers and grows heaps.
            rows.upload(page, folder, sizes[1], 1)
            # Before the baselines, which hold what they send in the page.
            peaks = rows.memory(page, folder, profile, sizes)
            found = [rows.seal(page, static, 15)]
            for megabytes in sizes:
                found.append(rows.upload(page, folder, megabytes, 3))
                found.append(rows.download(page, server, folder, megabytes, 3))
        finally:
            browser.close()
            server.stop()
    text = _table(found) + "\n" + _memory(peaks)
    print(text)
    _write(text)


def _table(found: list[Row]) -> str:
    lines = [
        f"{_machine()}\n",
        "| what | against | MB | ours MB/s | baseline MB/s | ratio | at least |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in sorted(found, key=lambda row: (row.what, row.megabytes)):
        ours, baseline = row.megabytes / row.ours, row.megabytes / row.baseline
        lines.append(
            f"| {row.what} | {row.against} | {row.megabytes:.0f} | {ours:.0f} | {baseline:.0f} "
            f"| **{row.ratio:.2f}** | {row.target} |"
        )
    return "\n".join(lines) + "\n"


def _memory(peaks: dict[int, int]) -> str:
    head = (
        "| file, MB | peak of the browser's processes while it goes up, MiB (PSS) |\n|---:|---:|\n"
    )
    return head + "".join(f"| {size} | {peak >> 20} |\n" for size, peak in peaks.items())


def _machine() -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{pages >> 30} GiB, Python {platform.python_version()}; server and browser share them."
    )


def _write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}{text}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
