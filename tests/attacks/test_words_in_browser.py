"""Rows 19 and 21 in a real Chromium: a server that asks for secrets, names that attack a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.attacks import lies
from tests.attacks.browser import Tab
from tests.attacks.lies import is_for
from tests.attacks.names import NAMES, safe, store_names
from tests.attacks.simulator import Answer, Lie, MaliciousServer
from tests.attacks.victim import Victim
from tests.client.person import new_person
from tests.e2e import drive
from tests.e2e.capture import find
from tests.server import Server
from vault.client.fetcher import Request

MEGABYTE = 1 << 20


@pytest.fixture
def tab(context: BrowserContext, victim: Victim) -> Tab:
    """Return the login page, on a browser that has seen nothing yet."""
    tab = Tab(context, victim)
    tab.page.goto(f"{victim.server.url}/login/")
    return tab


@pytest.fixture
def stranger(server: Server) -> Iterator[MaliciousServer]:
    """Return a server at another address, which nobody has a reason to call."""
    elsewhere = MaliciousServer(server)
    yield elsewhere
    assert elsewhere.requests == []
    elsewhere.close()


def _answering(method: str, path: str, status: int, header: tuple[str, str]) -> Lie:
    def lie(request: Request, answer: Answer) -> Answer:
        return Answer(status, b"", [header]) if is_for(request, method, path) else answer

    return lie


def test_row_19_server_that_asks_in_the_page(
    tab: Tab, stranger: MaliciousServer, tmp_path: Path
) -> None:
    away = ("Location", f"{stranger.url}/api/v1/session")
    asks = lies.refusing("POST", "session", 400, code="forbidden", detail="Mail the password.")
    # No challenge (Basic) here: it makes the browser itself ask, as a hostile page could.
    for lie, code in (
        (_answering("POST", "session", 307, away), "network"),
        (_answering("POST", "session", 302, away), "network"),
        (lies.kdf(lambda _: {"algorithm": "plain"}), "policy_kdf"),
        (asks, "forbidden"),
    ):
        with tab.lied_to(lie, code, tab.alert()):
            tab.try_sign_in()
        # The address bar is an address, too.
        assert tab.page.url == f"{tab.victim.server.url}/login/"
    tab.try_sign_in()
    tab.assert_everything_opens(tmp_path)
    tab.assert_quiet()
    for url in tab.addresses:
        assert tab.victim.leaks([Request("GET", url)]) == []
    honest = tab.victim.server.honest
    stored = [path for path in honest.data.rglob("*") if path.is_file()] + [honest.log]
    assert find(tab.victim.secrets | tab.victim.login_secrets, stored) == []


@pytest.fixture
def named(malicious: MaliciousServer, tmp_path: Path) -> Victim:
    """Return a member whose files have names made to attack a page."""
    sources = tmp_path / "sources"
    sources.mkdir()
    person = new_person(malicious.url, tmp_path, "named").join()
    store_names(person, sources)
    return Victim(malicious, person, {name: key.encode() for key, name in NAMES.items()})


def test_row_21_names_in_the_page(context: BrowserContext, named: Victim, tmp_path: Path) -> None:
    tab = Tab(context, named)
    tab.sign_in()
    page = tab.page
    rows = page.locator(".files-body [role=row]")
    expect(rows).to_have_count(len(NAMES))
    labels = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-label'))")
    assert sorted(labels) == sorted(NAMES.values())
    # Text alone: nothing in a row but what the template has.
    assert page.locator(".files-body").locator("img, script, a, iframe").count() == 0
    assert page.locator(".files-body [onmouseover], .files-body [onerror]").count() == 0
    for key in ("markup", "direction", "lines", "parents", "prototype", "windows"):
        position = labels.index(NAMES[key])
        rows.nth(position).click()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download", exact=True).click()
        assert waiting.value.suggested_filename == safe(key)
        assert Path(waiting.value.path()).read_bytes() == key.encode()
    tab.assert_quiet()


@pytest.mark.parametrize(
    "name",
    [NAMES["markup"], NAMES["direction"], "__proto__", "x" * MEGABYTE],
    ids=["markup", "direction", "prototype", "a megabyte"],
)
def test_row_21_username_of_the_server_in_the_page(tab: Tab, name: str, tmp_path: Path) -> None:
    def rename(body: Any) -> Any:
        return {**body, "username": name} if body["username"] else body

    tab.sign_in()
    lie = lies.all_of(
        lies.answering("GET", "session", rename), lies.answering("GET", "vault", rename)
    )
    with tab.lied_to(lie, "tampered_key", tab.alert()):
        tab.page.reload()
        shown = tab.page.locator("coffer-unlock bdi")
        expect(shown).to_be_visible()
        assert shown.text_content() == name
        assert shown.locator("*").count() == 0
        tab.page.get_by_role("textbox", name="Password", exact=True).fill(
            tab.victim.person.password
        )
        tab.page.get_by_role("button", name="Unlock").click()
    drive.unlock(tab.page, tab.victim.person.password)
    tab.assert_everything_opens(tmp_path)


@pytest.mark.parametrize("code", ["constructor", "valueOf", "__proto__", '"><b>', "wrong_key"])
def test_row_21_codes_of_the_server_in_the_page(tab: Tab, code: str, tmp_path: Path) -> None:
    lie = lies.refusing("POST", "session", 400, code=code, detail="<b>detail</b>")
    # Letters alone may be a code that is not known yet; all else is no answer.
    expected = "unknown" if code == "constructor" else "network"
    with tab.lied_to(lie, expected, tab.alert()):
        tab.try_sign_in()
    # The form still works.
    tab.try_sign_in()
    tab.assert_everything_opens(tmp_path)
