"""Settings are read strictly: a wrong variable stops the start and is named (docs/settings.md)."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment


def at_least_one(name: str) -> int:
    return environment.number(name, 90, minimum=1)


def open_or_closed(name: str) -> str:
    return environment.choice(name, ("open", "closed"))


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (environment.flag, "", False),
        (environment.flag, "0", False),
        (environment.flag, "1", True),
        (environment.flag, "Yes", True),
        (at_least_one, "", 90),
        (at_least_one, "1", 1),
        (open_or_closed, "", "open"),
        (open_or_closed, "closed", "closed"),
        (environment.origin, "", ""),
        (environment.origin, "https://files.example.org/", "https://files.example.org"),
        (environment.origin, "http://[::1]:8000", "http://[::1]:8000"),
        (environment.names, " a.example , ,b.example", ["a.example", "b.example"]),
    ],
)
def test_a_good_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], value: str, expected: Any
) -> None:
    monkeypatch.setenv("COFFER_X", value)
    assert read("COFFER_X") == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (environment.flag, "maybe"),
        (at_least_one, "0"),
        (at_least_one, "-1"),
        (at_least_one, "1.5"),
        (at_least_one, "٣"),  # a digit to str.isdigit, not to the operator
        (open_or_closed, "ajar"),
        (environment.origin, "files.example.org"),
        (environment.origin, "ftp://files.example.org"),
        (environment.origin, "https://files.example.org/coffer"),
        (environment.origin, "https://user@files.example.org"),
        (environment.origin, "https://files.example.org; script-src *"),
        (environment.origin, "https://"),
        (environment.networks, "10.0.0.0/33"),
        (environment.networks, "proxy.example.org"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], Any], value: str
) -> None:
    monkeypatch.setenv("COFFER_X", value)
    with pytest.raises(ImproperlyConfigured, match="COFFER_X"):
        read("COFFER_X")


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = environment.secret_key("COFFER_UNSET", path)
    assert len(first) >= 50
    assert environment.secret_key("COFFER_UNSET", path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: environment.secret_key("COFFER_UNSET", path), range(64)))
    assert len(keys) == 1


def test_a_truncated_secret_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text("short")
    with pytest.raises(ImproperlyConfigured, match="secret_key"):
        environment.secret_key("COFFER_UNSET", path)


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    folder = environment.data_folder(tmp_path / "a" / "data")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
