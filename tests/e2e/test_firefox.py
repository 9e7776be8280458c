"""The product's main job in real Firefox ESR: another engine, the same page and the same bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import drive
from tests.server import Server

PASSWORD = "Tulpenzwiebel §12 <&> naïve"
UNICODE = "Überraschung 🎁 für Zoë.txt"


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Nothing, five bytes under a name with Unicode and an emoji, 20 MB of noise (three blocks)."""
    folder = tmp_path / "sources"
    folder.mkdir()
    contents = {"nothing.bin": b"", UNICODE: b"Q\xc3\xa97!", "ledger.bin": os.urandom(20_000_000)}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


@pytest.mark.timeout(600)
def test_three_files_return_in_a_fresh_firefox_and_the_trash_gives_back(
    server: Server,
    make_firefox_context: Callable[[], BrowserContext],
    sources: list[Path],
    tmp_path: Path,
) -> None:
    page = make_firefox_context().new_page()
    words = drive.sign_up(page, server.url, "firefox-user", PASSWORD)
    assert len(words.split()) == 24
    choose(page, sources)
    for source in sources:
        drive.wait_uploaded(page, source.name)
    drive.sign_out(page)

    page = make_firefox_context().new_page()
    drive.sign_in(page, server.url, "firefox-user", PASSWORD)
    for source in sources:
        received = drive.download(page, source.name, tmp_path / "received")
        assert received.name == source.name
        assert drive.sha256(received) == drive.sha256(source)
        expect(drive.transfer(page, source.name)).to_contain_text("Done")

    drive.row(page, UNICODE).click()
    page.get_by_role("button", name="Move to trash").click()
    expect(drive.row(page, UNICODE)).to_have_count(0)
    page.get_by_role("link", name="Trash").click()
    drive.row(page, UNICODE).click()
    page.get_by_role("button", name="Restore").click()
    expect(drive.row(page, UNICODE)).to_have_count(0)
    page.get_by_role("link", name="My files").click()
    expect(drive.row(page, UNICODE)).to_be_visible()


def choose(page: Page, paths: list[Path]) -> None:
    """Hands files to the hidden file input: a drop from outside needs the devtools protocol."""
    page.locator("input[type=file]").first.set_input_files(paths)
