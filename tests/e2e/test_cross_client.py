"""What the browser sealed the Python client opens, and the reverse."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e import drive
from tests.server import ROOT, Server

PASSWORD = "Schlüssel unterm Blumentopf"


def client(server: Server, profile: Path, *arguments: str) -> str:
    """Runs the Python client as a person would and returns what it prints."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "vault.client"),
            *("--server", server.url, "--profile", str(profile)),
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, "COFFER_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    contents = {
        "empty": b"",
        "Grüße 👋.txt": b"hallo",
        "three blocks.bin": os.urandom(3 * (8 << 20) - 1000),
    }
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return sorted(folder.iterdir())


def test_python_client_opens_what_the_browser_sealed(
    server: Server, page: Page, sources: list[Path], tmp_path: Path
) -> None:
    drive.sign_up(page, server.url, "browser-first", PASSWORD)
    drive.drop(page, sources)
    for source in sources:
        drive.wait_uploaded(page, source.name)
    profile, target = tmp_path / "profile", tmp_path / "received"
    target.mkdir()
    client(server, profile, "login", "browser-first")
    listed = client(server, profile, "ls")
    for source in sources:
        assert source.name in listed
        client(server, profile, "get", source.name, "-o", str(target))
        assert drive.sha256(target / source.name) == drive.sha256(source)


def test_browser_opens_what_the_python_client_sealed(
    server: Server, page: Page, sources: list[Path], tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    words = tmp_path / "recovery"
    client(server, profile, "signup", "client-first", "--recovery-file", str(words))
    client(server, profile, "put", *[str(source) for source in sources])
    drive.sign_in(page, server.url, "client-first", PASSWORD)
    for source in sources:
        received = drive.download(page, source.name, tmp_path / "received")
        assert drive.sha256(received) == drive.sha256(source)
