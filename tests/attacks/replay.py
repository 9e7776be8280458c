"""Takes each defence away in a copy of the project and demands that its test goes red.

    python -m tests.attacks.replay [WORD…]

replays the removals whose name holds a word, or all, and ends with 1 if a test stayed green.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.attacks.page_removals import REMOVALS
from tests.attacks.removals import Removal
from tests.server import ROOT

PARTS = ("audit", "config", "static", "templates", "tests", "vault", "manage.py", "pyproject.toml")
PASSED, FAILED = 0, 1  # of pytest; anything else means that the test did not run


class ReplayError(Exception):
    """A removal that proves nothing: its text or its test is not there, or the test stays green."""


def copy_project(folder: Path) -> Path:
    """Copy what the tests need into an empty folder, and return it."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)
    return folder


def replay(removal: Removal, copy: Path) -> None:
    """Demand green, take the defence away, demand red, and put it back. Raises ReplayError."""
    if (code := _run(removal.test, copy)) != PASSED:
        raise ReplayError(f"{removal.name}: {removal.test} gives {code} with the defence in place")
    kept = {edit.file: (copy / edit.file).read_text("utf-8") for edit in removal.edits}
    try:
        for edit in removal.edits:
            _edit(removal, copy / edit.file, edit.old, edit.new)
        if (code := _run(removal.test, copy)) != FAILED:
            raise ReplayError(f"{removal.name}: {removal.test} gives {code} without the defence")
    finally:
        for file, text in kept.items():
            (copy / file).write_text(text, "utf-8")


def _edit(removal: Removal, path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if text.count(old) != 1:
        raise ReplayError(f"{removal.name}: {path.name} has {text.count(old)} times: {old}")
    path.write_text(text.replace(old, new), "utf-8")


def _run(test: str, copy: Path) -> int:
    """Run one test in the copy; its own modules, not those of the project, are loaded there."""
    # A file that was changed within the second it was compiled in would run as it was before.
    command = [sys.executable, "-B", "-m", "pytest", "--quiet", "-x", "-m", "", test]
    return subprocess.run(
        command, cwd=copy, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=600
    ).returncode


def main(words: Sequence[str]) -> int:
    """Replay what the words choose; return the exit code."""
    chosen = [one for one in REMOVALS if not words or any(word in one.name for word in words)]
    failures = 0
    with tempfile.TemporaryDirectory(prefix="coffer-replay-") as folder:
        copy = copy_project(Path(folder))
        for removal in chosen:
            try:
                replay(removal, copy)
                sys.stdout.write(f"red without it   {removal.name}\n")
            except ReplayError as error:
                failures += 1
                sys.stdout.write(f"PROVES NOTHING   {error}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - failures} of {len(chosen)} removals go red\n")
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
