"""What else a person does on the page: trash, lock, reload, cancel; no mouse, bad luck."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.e2e import drive
from tests.server import Server

PASSWORD = "correct horse, wrong stable"
NAME = "Letter to the council.txt"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    source = tmp_path / NAME
    source.write_text("Dear council")
    return source


def test_a_file_goes_to_the_trash_and_comes_back(server: Server, page: Page, letter: Path) -> None:
    drive.sign_up(page, server.url, "trash-user", PASSWORD)
    drive.drop(page, [letter])
    drive.wait_uploaded(page, NAME)
    drive.row(page, NAME).click()
    page.get_by_role("button", name="Move to trash").click()
    expect(drive.row(page, NAME)).to_have_count(0)
    page.get_by_role("link", name="Trash").click()
    drive.row(page, NAME).click()
    page.get_by_role("button", name="Restore").click()
    expect(drive.row(page, NAME)).to_have_count(0)
    page.get_by_role("link", name="My files").click()
    expect(drive.row(page, NAME)).to_be_visible()


def test_a_reload_and_the_lock_button_ask_for_the_password_and_leave_no_secret(
    server: Server, page: Page, letter: Path
) -> None:
    drive.sign_up(page, server.url, "lock-user", PASSWORD)
    drive.drop(page, [letter])
    drive.wait_uploaded(page, NAME)
    page.reload()
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    page.get_by_role("textbox", name="Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("That password does not open this vault")).to_be_visible()
    drive.unlock(page, PASSWORD)
    expect(drive.row(page, NAME)).to_be_visible()
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    expect(page.get_by_text(NAME)).to_have_count(0)
    kept = page.evaluate(
        """async () => ({
            local: {...localStorage}, session: {...sessionStorage},
            databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
        })"""
    )
    # The high-water mark is a number and a hash; nothing else outlives the page.
    marks = kept.pop("local").values()
    assert len(marks) == 1
    assert all(re.fullmatch(r"[0-9]+ [0-9a-f]{64}", mark) for mark in marks)
    assert kept == {"session": {}, "databases": 0, "caches": 0}


def test_a_cancelled_upload_is_forgotten_on_the_server(
    make_server: Callable[..., Server], page: Page, tmp_path: Path
) -> None:
    server = make_server()
    source = tmp_path / "long.bin"
    with source.open("wb") as file:
        for _ in range(300):
            file.write(os.urandom(1_000_000))
    drive.sign_up(page, server.url, "owner", PASSWORD)
    drive.drop(page, [source])
    item = drive.transfer(page, source.name)
    bar = item.get_by_role("progressbar")
    expect(bar).to_be_visible()
    item.get_by_role("button", name="Cancel").first.click()
    expect(item).not_to_contain_text("Done")
    expect(drive.row(page, source.name)).to_have_count(0)
    blocks = server.data / "blocks"
    page.wait_for_timeout(2_000)  # the DELETE follows the cancelled blocks
    assert [path for path in blocks.rglob("*") if path.is_file()] == []


def test_the_main_job_without_a_mouse(server: Server, page: Page, letter: Path) -> None:
    page.goto(f"{server.url}/signup/")
    page.get_by_role("textbox", name="Username").focus()
    page.keyboard.type("keyboard-user")
    for name in ("Password", "Confirm password"):
        _tab_to(page, name)
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    group = page.get_by_role("group", name="Recovery key")
    expect(group).to_be_visible(timeout=30_000)
    words = drive.words_of(page)
    _tab_to(page, "Confirm recovery key")
    page.keyboard.insert_text(words)
    page.keyboard.press("Enter")
    expect(drive.files(page)).to_be_attached(timeout=30_000)
    with page.expect_file_chooser() as chooser:
        _tab_to(page, "Upload files")
        page.keyboard.press("Enter")
    chooser.value.set_files(letter)
    drive.wait_uploaded(page, NAME)
    drive.row(page, NAME).focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert Path(waiting.value.path()).read_text() == "Dear council"


def test_a_broken_last_block_never_looks_finished(
    make_server: Callable[..., Server], page: Page, tmp_path: Path
) -> None:
    server = make_server()
    source = tmp_path / "three-blocks.bin"
    source.write_bytes(os.urandom(3 * (8 << 20) - 500_000))
    drive.sign_up(page, server.url, "owner", PASSWORD)
    drive.drop(page, [source])
    drive.wait_uploaded(page, source.name)
    (last,) = (server.data / "blocks").rglob("2.*")
    last.chmod(0o600)
    data = bytearray(last.read_bytes())
    data[-1] ^= 1
    last.write_bytes(data)
    drive.row(page, source.name).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download", exact=True).click()
    assert waiting.value.failure() is not None
    up, down = drive.transfer(page, source.name).all()
    expect(up).to_contain_text("Done")
    expect(down).to_contain_text("changed after you stored it")
    expect(down).not_to_contain_text("Done")


def test_nothing_violates_the_policy_and_no_error_is_logged(
    server: Server, make_context: Callable[..., BrowserContext], letter: Path
) -> None:
    page = make_context().new_page()
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    drive.sign_up(page, server.url, "quiet-user", PASSWORD)
    drive.drop(page, [letter])
    drive.wait_uploaded(page, NAME)
    drive.sign_out(page)
    assert said == []


def test_the_page_itself_never_works_on_content(server: Server, page: Page, tmp_path: Path) -> None:
    """Sealing, hashing and opening happen in workers: the page's own thread stays free."""
    source = tmp_path / "busy.bin"
    source.write_bytes(os.urandom(40_000_000))
    drive.sign_up(page, server.url, "smooth-user", PASSWORD)
    page.evaluate(
        """() => {
            window.worked = [];
            for (const [owner, name] of [
                [SubtleCrypto, "encrypt"], [SubtleCrypto, "decrypt"], [SubtleCrypto, "digest"],
                [SubtleCrypto, "sign"], [Blob, "arrayBuffer"],
            ]) {
                const original = owner.prototype[name];
                owner.prototype[name] = function (...given) {
                    const size = given.at(-1)?.byteLength ?? this.size;
                    if (size > 65536) window.worked.push(`${name} of ${size} bytes`);
                    return original.apply(this, given);
                };
            }
        }"""
    )
    # The watch is watched: what it counts it does count.
    page.evaluate("() => crypto.subtle.digest('SHA-256', new Uint8Array(100_000))")
    assert page.evaluate("() => window.worked.splice(0)") == ["digest of 100000 bytes"]
    drive.drop(page, [source])
    drive.wait_uploaded(page, source.name)
    received = drive.download(page, source.name, tmp_path / "received")
    assert drive.sha256(received) == drive.sha256(source)
    assert page.evaluate("() => window.worked") == []


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called `name`."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const e = document.activeElement;
                const label = e.labels?.[0] ?? e;
                return (e.getAttribute("aria-label") ?? label.textContent).trim();
            }"""
        )
        if focused == name:
            return
    raise AssertionError(f"no Tab leads to {name}")
