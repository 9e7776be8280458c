"""Signing in and out: one answer for every failure, a new session key for every success (§6.1)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.test import Client

from audit.models import Entry
from tests.vault.drafts import make_bytes
from tests.vault.member import ROOT, Member
from vault.client.bytes import encode_base64
from vault.models import LoginFailure, User
from vault.services import sessions
from vault.services.sessions import flush_login_failures

pytestmark = pytest.mark.django_db


def failed(response: Any) -> bool:
    return (response.status_code, response.json()["code"]) == (401, "login_failed")


def operations() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("operation", flat=True))


def test_nobody_is_signed_in_at_first() -> None:
    session = Member("nobody").get("session").json()
    assert (session["user"], session["username"]) == ("", "")
    assert session["csrf_token"]


@pytest.mark.parametrize("kind", ["password", "recovery"])
def test_signs_in_with_either_slot(owner: Member, kind: str) -> None:
    browser = Member("owner", login_keys=owner.login_keys)
    response = browser.sign_in(kind)
    assert response.status_code == 200
    assert response.json()["user"] == owner.user
    assert browser.get("vault").status_code == 200
    assert operations() == ["register", "login"]


def test_a_slot_does_not_take_the_other_slots_key(owner: Member) -> None:
    assert failed(owner.sign_in("password", owner.login_keys["recovery"]))


def test_the_session_key_and_token_are_new_after_signing_in(owner: Member) -> None:
    planted = owner.client.cookies["coffer_session"].value
    old_token = owner.token
    assert owner.sign_in().status_code == 200
    assert owner.client.cookies["coffer_session"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert owner.token != old_token
    # The old token was made from a secret that is gone.
    owner.token = old_token
    assert owner.send("DELETE", "session").json()["code"] == "csrf_failed"


def test_signing_in_as_another_ends_the_first_session(owner: Member, stranger: Member) -> None:
    owner.login_keys, owner.username = stranger.login_keys, "stranger"
    assert owner.sign_in().json()["user"] == stranger.user
    assert owner.get("vault").json()["user"] == stranger.user


def test_signs_out(owner: Member) -> None:
    assert owner.send("DELETE", "session").status_code == 204
    assert owner.get("vault").status_code == 401
    assert owner.get("session").json()["user"] == ""
    assert operations() == ["register", "logout"]


def test_every_failure_looks_the_same(owner: Member) -> None:
    User.objects.create_superuser("operator", "an operator's password")
    inactive = Member("inactive").sign_up()
    User.objects.filter(username="inactive").update(is_active=False)
    bodies = set()
    for username, key in (
        ("owner", make_bytes(32)),
        ("nobody", make_bytes(32)),
        ("operator", make_bytes(32)),
        ("inactive", inactive.login_keys["password"]),
        ("no such name!", make_bytes(32)),
    ):
        browser = Member(username, login_keys={"password": key})
        response = browser.sign_in()
        assert failed(response), username
        bodies.add(response.content)
    assert len(bodies) == 1


def test_an_unknown_name_costs_the_same_hash(
    owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(sessions, "make_password", lambda *_args: calls.append("hash"))
    verify = sessions.check_password
    monkeypatch.setattr(
        sessions, "check_password", lambda *args: calls.append("hash") or verify(*args)
    )
    for username in ("owner", "nobody"):
        Member(username, login_keys={"password": make_bytes(32)}).sign_in()
    assert calls == ["hash", "hash"]


def test_a_deactivated_members_session_ends_at_once(owner: Member) -> None:
    User.objects.filter(username="owner").update(is_active=False)
    assert owner.get("vault").status_code == 401


# --- the question for a KDF ----------------------------------------------------------------------


def kdf(kind: str, username: str) -> dict[str, Any]:
    response = Member("x").send("POST", "session/kdf", {"kind": kind, "username": username})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()["kdf"]
    return found


def test_kdf_of_a_member(owner: Member) -> None:
    assert kdf("password", "owner") == owner.slots[0]["kdf"]
    assert kdf("recovery", "owner") == owner.slots[1]["kdf"]


def test_kdf_of_nobody_has_the_same_shape_and_stays_the_same(owner: Member, settings: Any) -> None:
    User.objects.create_superuser("operator", "an operator's password")
    for username in ("nobody", "operator", "another", "No such name!"):
        made_up = kdf("password", username)
        assert made_up == kdf("password", username)
        real: Any = owner.slots[0]["kdf"]
        assert {**made_up, "salt": ""} == {**real, "salt": ""}
        assert len(made_up["salt"]) == len(real["salt"])
        assert kdf("recovery", username) == owner.slots[1]["kdf"]
    assert kdf("password", "nobody")["salt"] != kdf("password", "another")["salt"]
    # Whoever could compute it would know which names are nobody's.
    before = kdf("password", "nobody")
    settings.SECRET_KEY = "another secret key, of another server"
    assert kdf("password", "nobody") != before


# --- failures in the log -------------------------------------------------------------------------


def test_failures_become_one_entry_per_member_and_minute(owner: Member, stranger: Member) -> None:
    for _ in range(3):
        Member("owner", login_keys={"password": make_bytes(32)}).sign_in()
    Member("stranger", login_keys={"password": make_bytes(32)}).sign_in()
    for _ in range(2):
        Member("nobody", login_keys={"password": make_bytes(32)}).sign_in()
    now = datetime.now(UTC)
    assert "login_failed" not in operations()
    # The minute is not over yet.
    assert flush_login_failures(now) == 0
    assert flush_login_failures(now + timedelta(minutes=2)) == 2
    entries = Entry.objects.filter(operation="login_failed").order_by("seq")
    counts = {entry.user_id: json.loads(entry.detail)["count"] for entry in entries}
    assert counts == {owner.user: 3, stranger.user: 1}
    assert not LoginFailure.objects.exists()
    assert flush_login_failures(now + timedelta(minutes=3)) == 0


def test_a_login_is_refused_when_it_cannot_be_logged(
    owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(sessions, "append", fail)
    browser = Member("owner", login_keys=owner.login_keys)
    browser.client.raise_request_exception = False
    before = Session.objects.count()
    assert browser.sign_in().status_code == 500
    assert browser.get("session").json()["user"] == ""
    assert Session.objects.count() == before


# --- members and operators are two worlds --------------------------------------------------------


def test_a_member_cannot_enter_the_admin(owner: Member) -> None:
    # Even if a password got into the row, by whatever means.
    user = User.objects.get(username="owner")
    user.set_password("a password that got there")
    user.save()
    assert authenticate(username="owner", password="a password that got there") is None
    browser = Client()
    answer = browser.post(
        "/admin/login/", {"username": "owner", "password": "a password that got there"}
    )
    assert answer.status_code == 200
    assert "_auth_user_id" not in browser.session
    assert owner.client.get("/admin/").status_code == 302


def test_an_operator_has_no_vault() -> None:
    User.objects.create_superuser("operator", "an operator's password")
    browser = Client()
    assert browser.login(username="operator", password="an operator's password")
    assert browser.get("/admin/").status_code == 200
    session = browser.get(f"{ROOT}session").json()
    assert (session["user"], session["username"]) == ("", "")
    answer = browser.get(f"{ROOT}vault")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


# --- CSRF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "session"),
        ("POST", "session/kdf"),
        ("POST", "accounts"),
        ("DELETE", "session"),
        ("POST", "statements"),
        ("PUT", "keyring"),
    ],
)
def test_every_change_needs_the_token(owner: Member, method: str, path: str) -> None:
    for token in ("", "x" * 64, "x" * 32):
        response = owner.client.generic(
            method,
            ROOT + path,
            b"{}",
            content_type="application/json",
            headers={"X-CSRFToken": token} if token else {},
        )
        assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_the_token_is_needed_before_there_is_a_session() -> None:
    browser = Client(enforce_csrf_checks=True)
    body = {"kind": "password", "login_key": encode_base64(bytes(32)), "username": "owner"}
    response = browser.post(f"{ROOT}session", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
