"""The rows that the page meets in a real Chromium: 1, 2, 3, 4, 9, 12 (docs/threat-model.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, expect

from tests.attacks import lies
from tests.attacks.browser import Tab, extra
from tests.attacks.forgery import forge_version, read_statement
from tests.attacks.lies import flip
from tests.attacks.renewal import Renewed
from tests.attacks.simulator import Lie, truth
from tests.attacks.victim import BIG, OTHER, SMALL, Victim, shape
from tests.conftest import CHROMIUM_OPTIONS
from tests.e2e import drive
from vault.client.primitives import make_uuid

Rows = list[Any]

# What the page asks an honest server for: to sign in, to unlock after a reload, to download.
UNLOCKS = Counter(["GET session", "GET vault", "GET statements?after=*", "GET labels"])
SIGNS_IN = UNLOCKS + Counter(["POST session/kdf", "POST session"])
DOWNLOADS = Counter(["POST downloads", "GET versions/*/blocks/0"])
BLOCKS = Counter(["GET versions/*/blocks/1", "GET versions/*/blocks/2"])


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Return the folder that the browser keeps its downloads in."""
    folder = tmp_path / "browser-downloads"
    folder.mkdir()
    return folder


@pytest.fixture
def context(browser_type: BrowserType, downloads: Path) -> Iterator[BrowserContext]:
    """Return a fresh profile of a Chromium whose downloads can be looked at."""
    browser = browser_type.launch(
        executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS, downloads_path=downloads
    )
    yield browser.new_context(locale="en-GB")
    browser.close()


@pytest.fixture
def tab(context: BrowserContext, victim: Victim) -> Tab:
    """Return the login page, on a browser that has seen nothing yet."""
    tab = Tab(context, victim)
    tab.page.goto(f"{victim.server.url}/login/")
    return tab


WEAK: list[Callable[[Any], Any]] = [
    lambda kdf: {**kdf, "iterations": 1},
    lambda kdf: {**kdf, "iterations": 0},
    lambda kdf: {**kdf, "iterations": 2**31},
    lambda kdf: {**kdf, "memory": 65_535},
    lambda kdf: {**kdf, "memory": None},
    lambda kdf: {"algorithm": "hkdf-sha256"},
    lambda kdf: None,
]


def test_row_01_weak_kdf_in_the_page(tab: Tab, tmp_path: Path) -> None:
    for weaken in WEAK:
        with tab.lied_to(lies.kdf(weaken), "policy_kdf", tab.alert()) as requests:
            tab.try_sign_in()
        # Nothing was derived that could have been sent.
        assert extra(requests, Counter(["GET session", "POST session/kdf"])) == Counter()
        assert "POST session/kdf" in map(shape, requests)
    tab.try_sign_in()
    tab.assert_everything_opens(tmp_path)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (("wrap",), "tampered_wrap"),
        (("digests", "manifest", "metadata", "wrap"), "tampered_manifest"),
    ],
    ids=["wrap alone", "all"],
)
def test_row_02_servers_own_dek_in_the_page(
    tab: Tab, downloads: Path, forged: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    victim = tab.victim
    offer, register = victim.offer(SMALL), read_statement(victim.chain()[0])
    forgery = forge_version(offer, register, b"dear Zoe, send the money to the server")
    changes = {name: forgery.offer[name] for name in forged}
    lie = lies.all_of(
        lies.offer(offer["version"], lambda row: {**row, **changes}),
        lies.blocks(offer["version"], lambda index, block: forgery.block),
    )
    tab.sign_in()
    _assert_download_refused(tab, SMALL, lie, code, downloads)
    assert tab.downloads == []  # not even begun
    tab.assert_everything_opens(tmp_path)


LISTINGS: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "row 3, a file added": (
        lambda rows: [*rows, {**rows[0], "file": make_uuid()}],
        "tampered_unlisted",
    ),
    "row 4, a file dropped": (lambda rows: rows[1:], "tampered_rollback"),
    "row 4, a file doubled": (lambda rows: [*rows, rows[0]], "tampered_rollback"),
    "row 9, labels swapped": (lambda rows: lies.swap(rows, "label"), "tampered_label"),
    "row 9, files swapped": (lambda rows: lies.swap(rows, "file"), "tampered_label"),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_row_03_04_09_listing_in_the_page(tab: Tab, name: str, tmp_path: Path) -> None:
    change, code = LISTINGS[name]
    with tab.lied_to(lies.listing(change), code, tab.alert()) as requests:
        tab.try_sign_in()
    assert extra(requests, SIGNS_IN) == Counter()
    # No name is shown, neither the false ones nor those beside them.
    expect(tab.page.get_by_role("row")).to_have_count(0)
    tab.page.get_by_role("button", name="Try again").click()
    tab.assert_everything_opens(tmp_path)


def test_row_04_last_week_in_the_page(tab: Tab, tmp_path: Path) -> None:
    tab.sign_in()
    lie = lies.all_as_in(tab.victim.last_week)
    with tab.lied_to(lie, "tampered_rollback", tab.alert()) as requests:
        tab.try_unlock()
    assert extra(requests, UNLOCKS) == Counter()
    expect(tab.page.get_by_role("row")).to_have_count(0)
    drive.unlock(tab.page, tab.victim.person.password)
    tab.assert_everything_opens(tmp_path)


@pytest.mark.parametrize("old", ["keyring", "chain"])
def test_row_04_keyring_and_chain_of_different_weeks_in_the_page(
    context: BrowserContext, renewed: Renewed, old: str, tmp_path: Path
) -> None:
    member, before, after = renewed
    chain = member.chain()
    lie: Lie = {
        "keyring": lies.vault(lambda _: {**after, "keyring": before["keyring"]}),
        "chain": lies.all_of(
            lies.vault(lambda _: {**after, "head": before["head"]}), lies.chain(chain[:-2])
        ),
    }[old]
    tab = Tab(context, member)
    tab.page.goto(f"{member.server.url}/login/")
    with tab.lied_to(lie, "tampered_rollback", tab.alert()) as requests:
        tab.try_sign_in()
    assert extra(requests, SIGNS_IN) == Counter()
    drive.unlock(tab.page, member.person.password)
    tab.assert_everything_opens(tmp_path)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("manifest", "tampered_manifest"),
        ("wrap", "tampered_wrap"),
        ("metadata", "tampered_content"),
        ("digests", "tampered_content"),
        ("block", "tampered_content"),
    ],
)
def test_row_09_part_of_another_file_in_the_page(
    tab: Tab, downloads: Path, field: str, code: str, tmp_path: Path
) -> None:
    victim = tab.victim
    version, other = victim.versions(SMALL)[-1], victim.offer(OTHER)
    lie = (
        lies.blocks(version, lambda index, _: victim.block(other["version"], 0))
        if field == "block"
        else lies.offer(version, lambda row: {**row, field: other[field]})
    )
    tab.sign_in()
    _assert_download_refused(tab, SMALL, lie, code, downloads)
    tab.assert_everything_opens(tmp_path)


@pytest.mark.parametrize(
    "break_it",
    [lambda block: flip(block, -1), lambda block: block[:-1], lambda block: b""],
    ids=["last bit", "last byte", "all"],
)
def test_row_12_last_block_broken_in_the_page(
    tab: Tab, downloads: Path, break_it: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    version = tab.victim.versions(BIG)[-1]
    lie = lies.blocks(version, lambda at, block: break_it(block) if at == 2 else block)
    tab.sign_in()
    _assert_download_refused(tab, BIG, lie, "tampered_content", downloads, DOWNLOADS + BLOCKS)
    (download,) = tab.downloads
    assert download.failure() is not None  # type: ignore[attr-defined]
    tab.assert_everything_opens(tmp_path)
    # The folder that was empty is the one where whole files come to lie.
    assert len(list(downloads.iterdir())) == len(tab.victim.contents)


def _assert_download_refused(
    tab: Tab,
    name: str,
    lie: Lie,
    code: str,
    downloads: Path,
    calls: Counter[str] = DOWNLOADS,
) -> None:
    """Download while the server lies; no file of the browser's may look finished afterwards."""
    with tab.lied_to(lie, code, drive.transfer(tab.page, name).first) as requests:
        tab.try_download(name)
    assert extra(requests, calls) == Counter()
    for download in tab.downloads:
        assert download.failure() is not None  # type: ignore[attr-defined]
    assert list(downloads.iterdir()) == []
    tab.victim.server.lie = truth
    tab.page.get_by_role("button", name="Clear finished").click()
    tab.page.get_by_role("button", name="Clear selection").click()
