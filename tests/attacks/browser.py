"""The page in a fresh Chromium, and what every attack row asserts of it (docs/threat-model.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, expect

from tests.attacks.refusal import REREAD
from tests.attacks.simulator import Lie, truth
from tests.attacks.victim import Victim, digest, shape
from tests.e2e import drive
from vault.client.fetcher import Request

PATIENCE = 60_000  # milliseconds for one answer of the page on a busy machine
SENTENCE = "code => document.getElementById(`error-${code}`).content.textContent.trim()"


class Tab:
    """One page of the member's; every address it asks for, and everything it does unasked."""

    def __init__(self, context: BrowserContext, victim: Victim) -> None:
        self.victim = victim
        self.addresses: list[str] = []
        self.surprises: list[str] = []
        context.on("request", lambda request: self.addresses.append(request.url))
        self.page = context.new_page()
        context.on("page", lambda page: self.surprises.append(f"opened {page.url}"))
        self.page.on("dialog", lambda dialog: self._surprise(dialog.message, dialog.dismiss))
        self.page.on("download", lambda download: self.downloads.append(download))
        self.downloads: list[object] = []

    def sign_in(self) -> None:
        person = self.victim.person
        drive.sign_in(self.page, self.victim.server.url, person.username, person.password)

    def try_sign_in(self) -> None:
        """Fill in the form and send it; what comes of it is for the caller to see."""
        page, person = self.page, self.victim.person
        page.get_by_role("textbox", name="Username").fill(person.username)
        page.get_by_role("textbox", name="Password", exact=True).fill(person.password)
        page.get_by_role("button", name="Sign in").click()

    def try_unlock(self) -> None:
        page = self.page
        page.reload()
        page.get_by_role("textbox", name="Password", exact=True).fill(self.victim.person.password)
        page.get_by_role("button", name="Unlock").click()

    def try_download(self, name: str) -> None:
        drive.row(self.page, name).click()
        self.page.get_by_role("button", name="Download", exact=True).click()

    def alert(self) -> Locator:
        return self.page.get_by_role("alert").filter(visible=True)

    @contextmanager
    def lied_to(self, lie: Lie, code: str, where: Locator) -> Iterator[list[Request]]:
        """Act while the server lies; the page must say the sentence of `code` at `where`.

        Asserts that nothing secret was sent, and nothing to another address than the server's.
        """
        sentence = self.page.evaluate(SENTENCE, code)
        with self.victim.server.lying(lie) as requests:
            yield requests
            expect(where).to_contain_text(sentence, timeout=PATIENCE)
        assert self.victim.leaks(requests) == []
        self.assert_quiet()

    def assert_quiet(self) -> None:
        """Nothing opened, asked or called that the member did not ask for."""
        own = (self.victim.server.url, "blob:", "data:")
        assert [url for url in self.addresses if not url.startswith(own)] == []
        assert self.surprises == []
        assert self.page.evaluate("() => window.attacked") is None

    def assert_everything_opens(self, folder: Path) -> None:
        """With the honest server back, the same browser opens every file."""
        self.victim.server.lie = truth
        for name, content in self.victim.contents.items():
            received = drive.download(self.page, name, folder)
            assert digest(received.read_bytes()) == digest(content)

    def _surprise(self, what: str, end: object) -> None:
        self.surprises.append(what)
        end()  # type: ignore[operator]


def extra(requests: list[Request], honest: Counter[str]) -> Counter[str]:
    """Return the calls that an honest server was not sent, but for the one re-reading."""
    calls = [shape(request) for request in requests if request.path.startswith("/api/")]
    return Counter(calls) - honest - REREAD
