"""axe finds nothing on any page, in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e import drive
from tests.server import ROOT, Server

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
PHRASE = "a long enough phrase"


def findings(page: Page) -> list[str]:
    """Runs axe in the page; its rules for WCAG 2.2 AA and best practice."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    session.detach()
    result: dict[str, Any] = page.evaluate("() => axe.run(document)")
    assert result["passes"], "axe looked at nothing"
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_on_any_page(
    server: Server,
    make_context: Callable[..., BrowserContext],
    tmp_path: Path,
    scheme: str,
    width: int,
) -> None:
    context = make_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    seen: dict[str, list[str]] = {}
    page.goto(f"{server.url}/login/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    seen["login"] = findings(page)
    page.goto(f"{server.url}/signup/")
    expect(page.get_by_role("button", name="Create account")).to_be_visible()
    seen["sign-up"] = findings(page)
    drive.sign_up(page, server.url, f"axe-{scheme}-{width}", PHRASE)
    seen["empty drive"] = findings(page)
    source = tmp_path / "Minutes of the meeting.txt"
    source.write_text("one")
    drive.drop(page, [source])
    drive.wait_uploaded(page, source.name)
    seen["drive"] = findings(page)
    drive.row(page, source.name).click()
    seen["selection"] = findings(page)
    page.get_by_role("button", name="Move to trash").click()
    expect(drive.row(page, source.name)).to_have_count(0)
    page.goto(f"{server.url}/trash/")
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    seen["locked"] = findings(page)
    drive.unlock(page, PHRASE)
    expect(drive.row(page, source.name)).to_be_visible()
    seen["trash"] = findings(page)
    assert {name: found for name, found in seen.items() if found} == {}
