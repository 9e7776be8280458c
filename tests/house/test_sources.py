"""Rules about source files that no linter knows (CONTRIBUTING.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("config", "vault", "audit", "static/js", "static/css", "templates", "tests")
SUFFIXES = {".py", ".js", ".css", ".html"}
LIMIT = 300  # lines: a file fits one sitting
OPENINGS = {".py": ('"""', "#!"), ".js": ("//", "/*", "#!")}


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and "migrations" not in path.parts:
                yield path.relative_to(ROOT)


@pytest.mark.parametrize("path", list(sources()), ids=str)
def test_a_file_fits_one_sitting(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", [path for path in sources() if path.suffix in OPENINGS], ids=str)
def test_a_file_begins_with_its_purpose(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not text or text.startswith(OPENINGS[path.suffix])
