"""Takes the pictures of docs/images from a real server and browser: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e import drive, operator
from tests.server import ROOT, Server, collect_static

IMAGES = ROOT / "docs" / "images"
PASSWORD = "a long enough phrase"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
# A believable drive: name and size in bytes.
FILES = {
    "Boundary survey 2026.pdf": 2_430_112,
    "Choir rehearsal, take 3.flac": 31_870_400,
    "Field notes.md": 18_204,
    "Grandmother's recipes.docx": 412_880,
    "Harbour at dawn.jpg": 4_912_301,
    "Letters 1961–1974.zip": 58_220_933,
    "Tax return.xlsx": 96_256,
    "Übersicht.txt": 1_204,
}


def main() -> None:
    """Start a server, fill a drive, photograph it wide, narrow and dark, and the admin."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        static = folder / "static"
        static.mkdir()
        collect_static(static)
        server = Server(folder, static)
        server.migrate()
        server.start()
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS
        )
        try:
            _member_pages(browser, server, folder)
            _admin_pages(browser, server)
        finally:
            browser.close()
            server.stop()


def _member_pages(browser: Browser, server: Server, folder: Path) -> None:
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{server.url}/login/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    _take(page, "login")
    drive.sign_up(page, server.url, "owner", PASSWORD)
    _take(page, "empty")
    sources = _make_files(folder / "files")
    drive.drop(page, sources)
    for source in sources:
        drive.wait_uploaded(page, source.name)
    _take(page, "transfers")
    for scheme in ("light", "dark"):
        for size, suffix in ((WIDE, ""), (NARROW, "-narrow")):
            other = browser.new_page(viewport=size, color_scheme=scheme)
            drive.sign_in(other, server.url, "owner", PASSWORD)
            expect(drive.row(other, sources[0].name)).to_be_visible()
            _take(other, f"drive-{scheme}{suffix}")
            other.close()


def _admin_pages(browser: Browser, server: Server) -> None:
    operator.make_operator(server)
    page = browser.new_page(viewport=WIDE)
    operator.sign_in(page, server)
    page.goto(f"{server.url}/admin/audit/entry/")
    page.get_by_role("button", name="Verify chain").click()
    expect(page.get_by_text("Chain verified:").first).to_be_visible(timeout=60_000)
    _take(page, "admin-chain")


def _make_files(folder: Path) -> list[Path]:
    folder.mkdir()
    for name, size in FILES.items():
        (folder / name).write_bytes(bytes(size))
    return sorted(folder.iterdir())


def _take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
