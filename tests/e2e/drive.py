"""What a person does on the page, by the accessible names that stay stable."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE = 120_000  # milliseconds for a large transfer on a busy machine


def sign_up(page: Page, url: str, username: str, password: str) -> str:
    """Makes an account, types the recovery key back, lands in the drive; returns the 24 words."""
    page.goto(f"{url}/signup/")
    page.get_by_role("textbox", name="Username").fill(username)
    page.get_by_role("textbox", name="Password", exact=True).fill(password)
    page.get_by_role("textbox", name="Confirm password").fill(password)
    page.get_by_role("button", name="Create account").click()
    group = page.get_by_role("group", name="Recovery key")
    expect(group).to_be_visible(timeout=30_000)
    words = words_of(page)
    page.get_by_role("textbox", name="Confirm recovery key").fill(words)
    page.get_by_role("button", name="Continue").click()
    expect(files(page)).to_be_attached(timeout=30_000)
    return words


def words_of(page: Page) -> str:
    """Read the 24 words of the group Recovery key, without their numbers."""
    shown = page.get_by_role("group", name="Recovery key").inner_text()
    return " ".join(re.findall(r"[a-z]+", shown.lower()))


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/login/")
    page.get_by_role("textbox", name="Username").fill(username)
    page.get_by_role("textbox", name="Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(files(page)).to_be_attached(timeout=30_000)


def unlock(page: Page, password: str) -> None:
    page.get_by_role("textbox", name="Password", exact=True).fill(password)
    page.get_by_role("button", name="Unlock").click()
    expect(files(page)).to_be_attached(timeout=30_000)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def files(page: Page) -> Locator:
    return page.locator("[aria-label='Files']")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row", name=name, exact=True)


def drop(page: Page, paths: list[Path]) -> None:
    """A real drop of files from outside the browser, through the devtools protocol."""
    session = page.context.new_cdp_session(page)
    size = page.viewport_size or {"width": 1280, "height": 720}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": size["width"] // 2,
                "y": size["height"] // 2,
                "data": {"items": [], "files": [str(p) for p in paths], "dragOperationsMask": 1},
            },
        )
    session.detach()


def transfer(page: Page, name: str) -> Locator:
    return (
        page.get_by_role("region", name="Transfers").get_by_role("listitem").filter(has_text=name)
    )


def wait_uploaded(page: Page, name: str) -> None:
    expect(transfer(page, name).first).to_contain_text("Done", timeout=PATIENCE)
    expect(row(page, name)).to_be_visible()


def download(page: Page, name: str, folder: Path) -> Path:
    """Selects one file, presses Download, waits for the browser's own download to finish."""
    row(page, name).click()
    with page.expect_download(timeout=PATIENCE) as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
