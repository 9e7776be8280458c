"""Unsafe settings are warned about by code; the recommended ones pass `check --deploy`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.checks import RESERVED, is_loopback, unsafe_settings

if TYPE_CHECKING:
    from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "COFFER_PUBLIC_URL": "https://files.example.org",
    "COFFER_ADMIN_HOST": "admin.example.org",
    "COFFER_TRUSTED_PROXIES": ["10.0.0.1/32"],
    "ALLOWED_HOSTS": ["files.example.org", "admin.example.org"],
    "DEBUG": False,
}


def warnings(settings: Settings, **changes: Any) -> list[str | None]:
    for name, value in {**SAFE, **changes}.items():
        setattr(settings, name, value)
    return [message.id for message in unsafe_settings()]


def test_the_recommended_settings_raise_no_warning(settings: Settings) -> None:
    assert warnings(settings) == []


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("coffer.W001", {"DEBUG": True}),
        ("coffer.W002", {"COFFER_ADMIN_HOST": ""}),
        ("coffer.W003", {"COFFER_PUBLIC_URL": "http://files.example.org"}),
        ("coffer.W004", {"COFFER_TRUSTED_PROXIES": []}),
        ("coffer.W005", {"ALLOWED_HOSTS": ["*"]}),
    ],
)
def test_an_unsafe_setting_has_its_code(
    settings: Settings, code: str, changes: dict[str, Any]
) -> None:
    assert warnings(settings, **changes) == [code]


def test_a_secret_key_that_others_can_read_has_its_code(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text("x")
    path.chmod(0o640)
    assert warnings(settings, COFFER_DATA=tmp_path) == ["coffer.W006"]
    path.chmod(0o600)
    assert warnings(settings, COFFER_DATA=tmp_path) == []


@pytest.mark.parametrize("name", RESERVED)
def test_a_setting_without_effect_is_not_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "x")
    assert warnings(settings) == ["coffer.W007"]


def test_a_machine_of_ones_own_needs_no_proxy_or_admin_host(settings: Settings) -> None:
    changes = {"COFFER_PUBLIC_URL": "http://localhost:8000", "COFFER_ADMIN_HOST": ""}
    assert warnings(settings, **changes, COFFER_TRUSTED_PROXIES=[], DEBUG=True) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:8000", True),
        ("http://files.localhost", True),
        ("http://192.168.1.5", False),
        ("http://localhost.example.org", False),
    ],
)
def test_loopback_is_this_machine_alone(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


def test_check_deploy_is_clean(tmp_path: Path) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("COFFER_")}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            **inherited,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "COFFER_DATA": str(tmp_path),
            "COFFER_PUBLIC_URL": "https://files.example.org",
            "COFFER_ADMIN_HOST": "admin.example.org",
            "COFFER_TRUSTED_PROXIES": "10.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
