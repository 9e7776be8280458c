"""Memory does not grow with the file: blocks stream, a bounded number at once (spec §3.2)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.client.person import Person
from tests.server import ROOT

_MIB = 1024**2
# What a measurement may vary by; a file that was held in memory would add 128 MiB.
_MARGIN = 48 * _MIB


def _peak(person: Person, *arguments: str | Path) -> int:
    """Run a command as a process of its own; return the most memory it had, in bytes."""
    command = person.command(*arguments)
    environment = {**os.environ, "COFFER_PASSWORD": person.password, "PYTHONPATH": str(ROOT)}
    pid = os.posix_spawn(sys.executable, command, environment)
    _, status, usage = os.wait4(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss * 1024


def test_memory_is_flat(owner: Person, tmp_path: Path) -> None:
    peaks: dict[str, list[int]] = {"put": [], "get": []}
    for size in (64, 192):
        source, copy = tmp_path / f"{size}.bin", tmp_path / f"{size}.copy"
        with source.open("wb") as file:
            for _ in range(size):
                file.write(os.urandom(_MIB))
        peaks["put"].append(_peak(owner, "put", source))
        peaks["get"].append(_peak(owner, "get", source.name, "-o", copy))
        assert copy.stat().st_size == size * _MIB
    for small, large in peaks.values():
        assert large < small + _MARGIN, peaks
