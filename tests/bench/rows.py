"""The rows of `make bench`: each measures ours and a baseline, in turns, in one run."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Page

from tests.bench import scripts
from tests.e2e import drive
from tests.e2e.memory import Peak
from tests.server import Server
from vault.content import block_size, count_blocks

IN_FLIGHT = 3  # as many blocks as the page has under way
BLOCK = 16 * 524_256


class Row(NamedTuple):
    """Median seconds of ours and of the baseline for `megabytes`; `target` is ours at least."""

    what: str
    against: str
    megabytes: float
    ours: float
    baseline: float
    target: float

    @property
    def ratio(self) -> float:
        """How fast ours is: 1 is as fast as the baseline."""
        return self.baseline / self.ours


def upload(page: Page, folder: Path, megabytes: int, rounds: int) -> Row:
    """The page's upload against plain PUTs of the same lengths to the same routes."""
    length = megabytes * 1_000_000
    sizes = [block_size(length, index) for index in range(count_blocks(length))]

    def ours() -> float:
        source = _noise(folder, length)
        start = time.perf_counter()
        drive.drop(page, [source])
        drive.transfer(page, source.name).get_by_text("Done").wait_for(timeout=drive.PATIENCE)
        taken = time.perf_counter() - start
        source.unlink()
        return taken

    def plain() -> float:
        sent = {"sizes": sizes, "length": length, "inFlight": IN_FLIGHT}
        return float(page.evaluate(scripts.PLAIN_UPLOAD, sent)) / 1000

    figures = _alternate(ours, plain, rounds)
    return Row("browser upload", "plain PUTs in the same page", megabytes, *figures, 0.75)


def download(page: Page, server: Server, folder: Path, megabytes: int, rounds: int) -> Row:
    """The page's download to disk against fetching the same blocks and dropping them."""
    length = megabytes * 1_000_000
    source = _noise(folder, length)
    drive.drop(page, [source])
    drive.wait_uploaded(page, source.name)
    version = _newest_version(server)

    def ours() -> float:
        drive.row(page, source.name).click()
        start = time.perf_counter()
        with page.expect_download(timeout=drive.PATIENCE) as waiting:
            page.get_by_role("button", name="Download", exact=True).click()
        received = Path(waiting.value.path())
        taken = time.perf_counter() - start
        received.unlink()
        return taken

    def plain() -> float:
        asked = {"version": version, "count": count_blocks(length), "inFlight": IN_FLIGHT}
        return float(page.evaluate(scripts.PLAIN_DOWNLOAD, asked)) / 1000

    figures = _alternate(ours, plain, rounds)
    return Row("browser download", "the same blocks fetched, dropped", megabytes, *figures, 0.8)


def seal(page: Page, static: Path, rounds: int) -> Row:
    """Sealing a block as the page does against AES-GCM alone over the same segments."""
    names = json.loads((static / "staticfiles.json").read_text())["paths"]
    modules = {name: f"/static/{names[f'js/core/{name}.js']}" for name in ("blocks", "floe")}
    sealed, raw = page.evaluate(scripts.SEAL, {**modules, "rounds": rounds})
    figures = median(sealed) / 1000, median(raw) / 1000
    return Row("FLOE in the browser", "AES-GCM alone, 512 KiB", BLOCK / 1e6, *figures, 0.9)


def memory(page: Page, folder: Path, profile: Path, sizes: tuple[int, ...]) -> dict[int, int]:
    """Peak PSS in bytes of the browser's processes by megabytes going up; 0 is standing idle."""
    with Peak(str(profile)) as idle:
        page.wait_for_timeout(1_000)
    peaks = {0: idle.bytes}
    for megabytes in sizes:
        source = _noise(folder, megabytes * 1_000_000)
        with Peak(str(profile)) as peak:
            drive.drop(page, [source])
            drive.transfer(page, source.name).get_by_text("Done").wait_for(timeout=drive.PATIENCE)
        peaks[megabytes] = peak.bytes
        source.unlink()
    return peaks


def _alternate(
    ours: Callable[[], float], baseline: Callable[[], float], rounds: int
) -> tuple[float, float]:
    """Medians of both, taken in turns so that both meet the same weather."""
    pairs = [(ours(), baseline()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def _noise(folder: Path, length: int) -> Path:
    path = folder / f"{uuid.uuid4().hex[:8]}.bin"
    with path.open("wb") as file:
        for start in range(0, length, 1 << 20):
            file.write(os.urandom(min(1 << 20, length - start)))
        # Its write-back would compete with the server's fsyncs while the clock runs.
        file.flush()
        os.fsync(file.fileno())
    return path


def _newest_version(server: Server) -> str:
    with sqlite3.connect(server.data / "coffer.sqlite3") as database:
        query = "SELECT id FROM vault_version ORDER BY created_at DESC LIMIT 1"
        (value,) = database.execute(query).fetchone()
    return str(uuid.UUID(value))
