"""The policies as a real browser enforces them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.server import Server

OPERATOR = {
    "DJANGO_SUPERUSER_USERNAME": "operator",
    "DJANGO_SUPERUSER_PASSWORD": "six blue horses",
    "DJANGO_SUPERUSER_EMAIL": "operator@example.org",
}


LISTENER = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture
def guarded(server: Server, page: Page) -> Page:
    """Return a page of the server that remembers what its policy refuses."""
    page.add_init_script(LISTENER)
    page.goto(f"{server.url}/healthz")
    return page


def violations(page: Page) -> list[str]:
    """Return "directive address" for everything refused so far."""
    found: list[str] = page.evaluate("() => window.violations")
    return found


def test_an_operator_signs_in_without_a_violation(server: Server, guarded: Page) -> None:
    server.must("createsuperuser", "--noinput", **OPERATOR)
    guarded.goto(f"{server.url}/admin/")
    assert violations(guarded) == []
    guarded.get_by_label("Username").fill(OPERATOR["DJANGO_SUPERUSER_USERNAME"])
    guarded.get_by_label("Password").fill(OPERATOR["DJANGO_SUPERUSER_PASSWORD"])
    # A form post: it needs an Origin header that says where it comes from.
    guarded.get_by_role("button", name="Log in").click()
    guarded.get_by_role("heading", name="Site administration").wait_for()
    assert violations(guarded) == []


@pytest.mark.parametrize(
    ("attack", "error"),
    [
        ("document.body.innerHTML = '<b>x</b>'", "TypeError"),
        ("new Function('return 1')()", "EvalError"),
        ("new Worker('/static/js/main.js')", "TypeError"),
        ("new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))", "CompileError"),
        ("trustedTypes.createPolicy('other', {})", "TypeError"),
    ],
)
def test_a_page_refuses(guarded: Page, attack: str, error: str) -> None:
    # From a timer: what the debugger itself evaluates is excused from the policy.
    program = f"""() => new Promise((resolve) => {{
        setTimeout(() => {{
            try {{ {attack}; resolve("it ran"); }} catch (error) {{ resolve(error.name); }}
        }});
    }})"""
    assert guarded.evaluate(program) == error


@pytest.mark.parametrize("address", ["https://example.org/", "wss://example.org/"])
def test_a_page_reaches_no_other_origin(guarded: Page, address: str) -> None:
    outcome = guarded.evaluate("u => fetch(u).then(() => 'sent', (e) => e.name)", address)
    assert outcome == "TypeError"
    assert f"connect-src {address}" in violations(guarded)


def test_injected_inline_script_does_not_run(guarded: Page) -> None:
    guarded.evaluate(
        "() => { const script = document.createElement('script');"
        "script.append('window.ran = true'); document.head.append(script); }"
    )
    assert guarded.evaluate("() => window.ran") is None
    assert violations(guarded)
