"""Published test vectors, which lie outside the repository: a folder that COFFER_VECTORS names.

Absent, the tests that need them are skipped with a reason; under CI=true they fail instead.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

_PROJECT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("COFFER_VECTORS", _PROJECT.parent / "shared" / "vectors"))


def published_text(name: str) -> str:
    """Return the text of one published file; `name` is relative to the folder."""
    return _existing(FOLDER / name).read_text(encoding="utf-8")


def published_json(name: str) -> Any:
    """Return the value of one published JSON file."""
    return json.loads(published_text(name))


def published_names(folder: str) -> list[str]:
    """Return the names of all published JSON files below a folder."""
    found = sorted(_existing(FOLDER / folder).rglob("*.json"))
    return [str(path.relative_to(FOLDER)) for path in found]


def _existing(path: Path) -> Path:
    if not path.exists():
        reason = f"published vectors are not at {path}; COFFER_VECTORS names their folder"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
