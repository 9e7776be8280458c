"""Progress of transfers: bars on a terminal, silence everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from vault.client.text import inert


class Meter(Protocol):
    """Told about bytes as they move, from one thread."""

    def start(self, name: str, size: int) -> int:
        """Begin a transfer of `size` bytes; return its number. `name` is untrusted text."""

    def advance(self, transfer: int, size: int) -> None:
        """So many bytes more are done."""

    def end(self, transfer: int) -> None:
        """The transfer is over, whole or not."""


class SilentMeter:
    """Shows nothing."""

    def start(self, name: str, size: int) -> int:
        """Begin."""
        return 0

    def advance(self, transfer: int, size: int) -> None:
        """Move on."""

    def end(self, transfer: int) -> None:
        """End."""


class BarMeter:
    """One bar a transfer on the terminal's error stream, gone when it ended."""

    def __init__(self) -> None:
        """Draw nothing until entered as a context."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(binary_units=True),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def start(self, name: str, size: int) -> int:
        """Add a bar."""
        return self._progress.add_task(escape(inert(name)), total=size)

    def advance(self, transfer: int, size: int) -> None:
        """Move a bar on."""
        self._progress.advance(TaskID(transfer), size)

    def end(self, transfer: int) -> None:
        """Take a bar away."""
        self._progress.remove_task(TaskID(transfer))


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[Meter]:
    """Show bars while the context lasts, if there is a person to see them."""
    if quiet or not sys.stderr.isatty():
        yield SilentMeter()
        return
    with BarMeter() as meter:
        yield meter
