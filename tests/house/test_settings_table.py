"""The table of settings is complete and true (docs/settings.md)."""

from __future__ import annotations

import re
from pathlib import Path

from config.checks import RESERVED

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def names_read() -> set[str]:
    """Return the variables that the settings read from the environment."""
    read: set[str] = set()
    for name in ("settings.py", "gunicorn.py"):
        code = (ROOT / "config" / name).read_text(encoding="utf-8")
        read |= set(re.findall(r'(?:environment\.\w+|environ\.get)\(\s*["\'](\w+)["\']', code))
    return read


def test_the_table_lists_what_is_read_and_nothing_else() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", TABLE, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == names_read()


def test_reserved_names_are_listed_as_such() -> None:
    assert not [name for name in RESERVED if f"`{name}`" not in TABLE]
    assert not set(RESERVED) & names_read()


def test_every_warning_is_in_the_table() -> None:
    code = (ROOT / "config" / "checks.py").read_text(encoding="utf-8")
    assert set(re.findall(r"coffer\.W\d+", TABLE)) == set(re.findall(r'id="(coffer\.W\d+)"', code))
