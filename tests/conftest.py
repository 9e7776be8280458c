"""Fixtures for every test: a real server, real browsers, the order of tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

from tests.postgres import Postgres, running_postgres
from tests.server import Server, collect_static

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and run it last.

    While Playwright is open its event loop counts as running in this thread, and Django refuses
    its ORM there: no test with a database may follow the first browser.
    """
    for item in items:
        if "_playwright" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


def pytest_unconfigure() -> None:
    """Remove the data folder that tests/settings.py made."""
    shutil.rmtree(os.environ["COFFER_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the static files, built as a deployment builds them."""
    folder = tmp_path_factory.mktemp("static")
    collect_static(folder)
    return folder


@pytest.fixture
def make_server(tmp_path: Path, static_files: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server with the given settings; all stop at the end."""
    started: list[Server] = []

    def make(**settings: str) -> Server:
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        server = Server(folder, static_files, **settings)
        started.append(server)
        server.migrate()
        server.start()
        return server

    yield make
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, static_files: Path) -> Iterator[Server]:
    """Return the one server of the whole run; every test makes accounts of its own on it."""
    shared = Server(tmp_path_factory.mktemp("server"), static_files)
    shared.migrate()
    shared.start()
    yield shared
    shared.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL of this run's own; each test makes its database in it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Any]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser_type(_playwright: Any) -> BrowserType:
    """Return what starts a Chromium of a test's own, with a profile folder that it chooses."""
    chosen: BrowserType = _playwright.chromium
    return chosen


@pytest.fixture(scope="session")
def chromium(_playwright: Any) -> Iterator[Browser]:
    """Return Debian's Chromium, without its own traffic."""
    browser = _playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(_playwright: Any) -> Iterator[Browser]:
    """Return Debian's Firefox ESR; its contexts need the options of `firefox_context`."""
    browser = _playwright.firefox.launch(
        channel="moz-firefox", executable_path="/usr/bin/firefox-esr"
    )
    yield browser
    browser.close()


@pytest.fixture
def make_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a Chromium profile of its own, with Playwright's options."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = chromium.new_context(locale="en-GB", **options)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def context(make_context: Callable[..., BrowserContext]) -> BrowserContext:
    """Return a fresh Chromium profile."""
    return make_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a page in a fresh Chromium profile."""
    return context.new_page()


@pytest.fixture
def make_firefox_context(firefox: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Return a function that opens a Firefox profile of its own."""
    opened: list[BrowserContext] = []

    def make() -> BrowserContext:
        # The stock Firefox knows no override of these three; "null" leaves them alone.
        context = firefox.new_context(
            color_scheme="null", reduced_motion="null", forced_colors="null"
        )
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def firefox_context(make_firefox_context: Callable[[], BrowserContext]) -> BrowserContext:
    """Return a fresh Firefox profile."""
    return make_firefox_context()
