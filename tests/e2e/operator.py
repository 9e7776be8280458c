"""What an operator does in the admin, through a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.server import Server

NAME = "caretaker"
PASSWORD = "lantern-on-the-quay-7"


def make_operator(server: Server) -> None:
    """Makes the account as `make operator` does."""
    server.manage(
        "createsuperuser",
        "--noinput",
        DJANGO_SUPERUSER_USERNAME=NAME,
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    ).check_returncode()


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/admin/")
    expect(page.get_by_text("The password of a vault does not belong here.")).to_be_visible()
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Audit entries")).to_be_visible()


def verify_chain(page: Page, server: Server, sentence: str) -> None:
    """Presses Verify chain and waits for the exact sentence."""
    page.goto(f"{server.url}/admin/audit/entry/")
    page.get_by_role("button", name="Verify chain").click()
    expect(page.get_by_text(sentence)).to_be_visible(timeout=60_000)
