"""The operator verifies the chain in the admin; one entry edited by raw SQL is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import drive, operator
from tests.server import Server


def test_operator_sees_the_chain_verified_and_then_which_entry_was_edited(
    make_server: Callable[..., Server], make_context: Callable[..., BrowserContext], page: Page
) -> None:
    server = make_server()
    drive.sign_up(page, server.url, "owner", "a long enough phrase")
    operator.make_operator(server)
    admin = make_context().new_page()
    operator.sign_in(admin, server)
    with sqlite3.connect(server.data / "coffer.sqlite3") as database:
        (size,) = database.execute("SELECT COUNT(*) FROM audit_entry").fetchone()
    assert size >= 1
    operator.verify_chain(admin, server, f"Chain verified: {size} entries")
    assert server.manage("verify_log").returncode == 0

    with sqlite3.connect(server.data / "coffer.sqlite3") as database:
        changed = database.execute(
            "UPDATE audit_entry SET user_id = '00000000-0000-4000-8000-000000000000' WHERE seq = 1"
        )
        assert changed.rowcount == 1
    operator.verify_chain(admin, server, "Chain broken at entry 1: column")
    finding = server.manage("verify_log")
    assert finding.returncode == 1
    assert finding.stdout.startswith("Chain broken at entry 1: column")


def test_nothing_of_a_member_can_be_added_changed_or_deleted_in_the_admin(
    make_server: Callable[..., Server],
    make_context: Callable[..., BrowserContext],
    page: Page,
    tmp_path: Path,
) -> None:
    server = make_server()
    drive.sign_up(page, server.url, "owner", "a long enough phrase")
    source = tmp_path / "one.txt"
    source.write_text("one")
    drive.drop(page, [source])
    drive.wait_uploaded(page, source.name)
    operator.make_operator(server)
    admin = make_context().new_page()
    operator.sign_in(admin, server)
    members: list[str] = []
    for kind in ("vault/member", "vault/file", "vault/keypair", "audit/entry"):
        listing = f"{server.url}/admin/{kind}/"
        admin.goto(listing)
        sheet = admin.locator("#result_list tbody th a").first
        expect(sheet).to_be_visible()
        assert admin.goto(f"{listing}add/").status == 403
        admin.goto(listing)
        sheet.click()
        expect(admin.locator("#content h1")).to_be_visible()
        expect(admin.locator("#content-main input:not([type=hidden]), textarea")).to_have_count(0)
        there = admin.url.removesuffix("change/")
        assert admin.goto(f"{there}delete/").status == 403
        if kind == "vault/member":
            members.append(there.rstrip("/").rsplit("/", 1)[1])
    # Nor by the page that changes an operator's password.
    for model in ("member", "operator"):
        admin.goto(f"{server.url}/admin/vault/{model}/{members[0]}/password/")
        expect(admin.locator("h1").first).to_be_visible()
        expect(admin.locator("input[type=password]")).to_have_count(0)
