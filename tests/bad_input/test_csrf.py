"""Changes without the token of `GET session`, or sent from elsewhere: 403, nothing changed (§6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.operations import OPERATIONS, encoded
from tests.bad_input.unchanged import nothing_changes
from tests.vault.drafts import digest_header
from tests.vault.member import ROOT, Member

pytestmark = pytest.mark.django_db

# What a change is sent with in place of its token: headers by name.
Disguise = Callable[[Member], dict[str, str]]


def token_of_another_browser(_member: Member) -> dict[str, str]:
    other = Member("stranger", client=Client(enforce_csrf_checks=True))
    other.refresh_token()
    return {"X-CSRFToken": other.token}


DISGUISES: dict[str, Disguise] = {
    "missing": lambda _: {},
    "empty": lambda _: {"X-CSRFToken": ""},
    "short": lambda it: {"X-CSRFToken": it.token[:-1]},
    "of_other_characters": lambda _: {"X-CSRFToken": "é" * 32},
    "random": lambda it: {"X-CSRFToken": it.token[::-1]},
    "very_long": lambda it: {"X-CSRFToken": it.token * 500},
    "of_another_browser": token_of_another_browser,
    "in_another_header": lambda it: {"X-XSRF-TOKEN": it.token, "CSRF-Token": it.token},
    "with_a_foreign_origin": lambda it: {
        "X-CSRFToken": it.token,
        "Origin": "https://evil.example",
    },
    "with_no_origin": lambda it: {"X-CSRFToken": it.token, "Origin": "null"},
}
CHANGES = {
    **{name: (it.method, it.path) for name, it in OPERATIONS.items() if name != "post_label"},
    "sign_out": ("DELETE", "session"),
    "discard_upload": ("DELETE", "uploads/{version}"),
    "send_block": ("PUT", "uploads/{version}/blocks/0"),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_without_its_token(owner: Member, name: str, disguise: str) -> None:
    method, path = CHANGES[name]
    draft = owner.draft()
    owner.send("POST", "uploads", {"length": 5, "version": draft.version})
    headers = DISGUISES[disguise](owner)
    if name == "send_block":
        content, content_type = draft.blocks[0], "application/octet-stream"
        headers["Content-Digest"] = digest_header(content)
    else:
        content_type = "application/json"
        content = encoded(OPERATIONS[name].make(owner)) if name in OPERATIONS else b""
    with nothing_changes():
        response: Any = owner.client.generic(
            method,
            ROOT + path.format(version=draft.version),
            content,
            content_type=content_type,
            headers=headers,
        )
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize("where", ["query", "body"])
def test_a_token_elsewhere_than_in_the_header(owner: Member, where: str) -> None:
    path = f"{ROOT}uploads" + (f"?csrfmiddlewaretoken={owner.token}" if where == "query" else "")
    form = f"csrfmiddlewaretoken={owner.token}".encode() if where == "body" else b""
    with nothing_changes():
        response: Any = owner.client.generic(
            "POST", path, form, content_type="application/x-www-form-urlencoded"
        )
    assert response.status_code in (403, 415)


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"]
)
def test_a_reading_request_does_not_become_a_change(owner: Member, header: str) -> None:
    with nothing_changes():
        response = owner.get("session", **{header: "DELETE", "X-CSRFToken": owner.token})
        assert response.status_code == 200
        response = owner.get("session?_method=DELETE")
        assert response.status_code == 200
