"""Memory of a browser's whole process tree: proportional set size, shared pages count once."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path


def pids_with(argument: str) -> set[int]:
    """Processes whose command line holds `argument`, with all that descend from them."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError):
            pid = int(entry.name)
            parents[pid] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if argument.encode() in (entry / "cmdline").read_bytes():
                found.add(pid)
    grown = True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def pss(pids: set[int]) -> int:
    """Bytes, summed over `pids`; a process that has just ended counts nothing."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


class Peak:
    """Samples the tree's PSS ten times a second while the block runs; `bytes` is the highest."""

    def __init__(self, argument: str) -> None:
        self._argument = argument
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self.bytes = 0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.is_set():
            self.bytes = max(self.bytes, pss(pids_with(self._argument)))
            time.sleep(0.1)
