"""Open sessions: listed, ended at once, over in time, restricted in recovery (spec §6.1)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from audit.models import Entry
from tests.vault.drafts import make_uuid
from tests.vault.member import Member
from tests.vault.refusals import code
from tests.vault.renewal import Renewal, keys, refused
from vault.models import MemberSession, User
from vault.services.operators import set_active
from vault.services.session_list import MAX_LISTED, expire_sessions

pytestmark = pytest.mark.django_db

DEAD = (401, "not_authenticated")


def signed_in(owner: Member, kind: str = "password", **environ: str) -> Member:
    """Return the member in one more browser."""
    browser = owner.elsewhere()
    browser.client = Client(enforce_csrf_checks=True, **environ)  # type: ignore[arg-type]
    assert browser.sign_in(kind).status_code == 200
    return browser


def listed(member: Member) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = member.get("sessions").json()["results"]
    return rows


def current_id(member: Member) -> str:
    return next(row["id"] for row in listed(member) if row["current"])


def age(member: Member, field: str, **amount: float) -> None:
    """Move a time of the member's current session into the past."""
    past = timezone.now() - timedelta(**amount)
    MemberSession.objects.filter(pk=current_id(member)).update(**{field: past})


def dead(*members: Member) -> bool:
    """Say whether these sessions open nothing, and nothing of them is left."""
    tables = (MemberSession, Session)
    cookies = [member.client.cookies["coffer_session"].value for member in members]
    return all(code(member.get("vault")) == DEAD for member in members) and not any(
        table.objects.filter(session_key__in=cookies).exists() for table in tables
    )


def last_entry() -> tuple[str, dict[str, Any]]:
    entry = Entry.objects.latest("seq")
    return entry.operation, json.loads(entry.detail)


# --- the list ------------------------------------------------------------------------------------


def test_the_list_tells_sessions_apart(owner: Member, stranger: Member) -> None:
    before = int(timezone.now().timestamp() * 1_000)
    phone = signed_in(owner, REMOTE_ADDR="2001:db8::7", HTTP_USER_AGENT="a phone")
    rows = listed(owner)
    assert [row["current"] for row in rows] == [False, True]
    first = rows[0]
    assert set(first) == {
        "address", "created", "current", "id", "kind", "last_seen", "user_agent",
    }  # fmt: skip
    assert (first["address"], first["user_agent"]) == ("2001:db8::7", "a phone")
    assert first["kind"] == "password"
    now = int(timezone.now().timestamp() * 1_000)
    assert before <= first["created"] <= first["last_seen"] <= now
    assert [row["current"] for row in listed(phone)] == [True, False]
    assert len(listed(stranger)) == 1


def test_a_long_user_agent_is_cut(owner: Member) -> None:
    signed_in(owner, HTTP_USER_AGENT="x" * 5_000)
    assert listed(owner)[0]["user_agent"] == "x" * 1_024


def test_the_list_is_bounded_and_costs_the_same(
    owner: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def cost() -> int:
        with django_assert_num_queries(4):
            return len(listed(owner))

    assert cost() == 1
    MemberSession.objects.bulk_create(
        MemberSession(user_id=owner.user, session_key=f"{number}", kind="password")
        for number in range(MAX_LISTED + 20)
    )
    assert cost() == MAX_LISTED


def test_last_seen_is_written_at_most_once_a_minute(owner: Member) -> None:
    age(owner, "last_seen_at", seconds=50)
    before = MemberSession.objects.get().last_seen_at
    owner.get("vault")
    assert MemberSession.objects.get().last_seen_at == before
    age(owner, "last_seen_at", seconds=70)
    before = MemberSession.objects.get().last_seen_at
    owner.get("vault")
    assert MemberSession.objects.get().last_seen_at > before


# --- the end -------------------------------------------------------------------------------------


def test_one_session_is_ended_from_another(owner: Member) -> None:
    lost, kept = signed_in(owner), signed_in(owner)
    assert owner.send("DELETE", f"sessions/{current_id(lost)}").status_code == 204
    operation, detail = last_entry()
    assert (operation, detail["by"], detail["sessions"]) == ("logout", "owner", 1)
    assert dead(lost)
    assert kept.get("vault").status_code == owner.get("vault").status_code == 200


def test_all_others_are_ended(owner: Member, stranger: Member) -> None:
    others = [signed_in(owner) for _ in range(3)]
    assert owner.send("DELETE", "sessions").status_code == 204
    assert last_entry()[1]["sessions"] == 3
    assert dead(*others)
    assert owner.get("vault").status_code == stranger.get("vault").status_code == 200
    # There is nothing to end any more, so nothing to log.
    entries = Entry.objects.count()
    assert owner.send("DELETE", "sessions").status_code == 204
    assert Entry.objects.count() == entries


def test_the_current_one_ends_as_by_signing_out(owner: Member) -> None:
    cookie = owner.client.cookies["coffer_session"].value
    assert owner.send("DELETE", f"sessions/{current_id(owner)}").status_code == 204
    assert code(owner.get("vault")) == DEAD
    assert not Session.objects.filter(session_key=cookie).exists()
    assert MemberSession.objects.count() == 0


def test_another_members_session_is_not_even_there(owner: Member, stranger: Member) -> None:
    for identifier in (current_id(stranger), make_uuid()):
        response = owner.send("DELETE", f"sessions/{identifier}")
        assert code(response) == (404, "not_found")
    assert stranger.get("vault").status_code == 200


def test_signing_out_leaves_no_row(owner: Member) -> None:
    twin = owner.twin()
    assert owner.send("DELETE", "session").status_code == 204
    assert MemberSession.objects.count() == 0
    assert code(twin.get("vault")) == DEAD


def test_signing_in_again_in_one_browser_is_one_session(owner: Member) -> None:
    for _ in range(3):
        assert owner.sign_in().status_code == 200
    assert len(listed(owner)) == 1


def test_deactivating_ends_sessions_and_activating_brings_none_back(owner: Member) -> None:
    operator = User.objects.create_superuser("caretaker", "lantern-and-ladder")
    other = signed_in(owner)
    assert set_active(User.objects.get(pk=owner.user).pk, False, operator)
    assert last_entry() == ("logout", {"by": "operator", "sessions": 2})
    assert dead(owner, other)
    assert set_active(User.objects.get(pk=owner.user).pk, True, operator)
    assert dead(owner, other)


def test_a_django_session_without_its_row_is_nobodys(owner: Member) -> None:
    MemberSession.objects.all().delete()
    assert code(owner.get("vault")) == DEAD
    assert owner.get("session").json()["user"] == ""


# --- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "within", "beyond"),
    [
        ("last_seen_at", {"minutes": 29}, {"minutes": 31}),
        ("created_at", {"hours": 11, "minutes": 59}, {"hours": 12, "minutes": 1}),
    ],
)
def test_a_session_is_over_in_time(
    owner: Member, field: str, within: dict[str, float], beyond: dict[str, float]
) -> None:
    other = signed_in(owner)
    age(other, field, **within)
    assert other.get("vault").status_code == 200
    age(other, field, **beyond)
    assert code(other.get("vault")) == DEAD
    assert code(other.send("PUT", "keyring", {})) == DEAD
    assert other.get("session").json()["user"] == ""
    assert len(listed(owner)) == 1
    assert expire_sessions(timezone.now()) == 1
    assert dead(other)
    assert owner.get("vault").status_code == 200


def test_the_limits_are_settings(owner: Member, settings: Any) -> None:
    settings.COFFER_SESSION_IDLE = timedelta(minutes=2)
    age(owner, "last_seen_at", minutes=3)
    assert code(owner.get("vault")) == DEAD


def test_use_keeps_a_session_open_but_not_for_ever(owner: Member) -> None:
    for _ in range(5):
        age(owner, "last_seen_at", minutes=20)
        assert owner.get("vault").status_code == 200
    age(owner, "created_at", hours=13)
    assert code(owner.get("vault")) == DEAD


# --- recovery ------------------------------------------------------------------------------------


def test_recovery_ends_in_a_new_password(owner: Member) -> None:
    browser = signed_in(owner, "recovery")
    assert code(browser.send("POST", "uploads", {})) == (403, "password_required")
    assert code(browser.get("sessions")) == (403, "password_required")
    assert Renewal(browser).post().status_code == 201
    # The same session, now whole; the others are over.
    assert [(row["kind"], row["current"]) for row in listed(browser)] == [("recovery", True)]
    assert browser.upload(5)
    assert dead(owner)


def test_recovery_posts_both_statements_and_nothing_else(owner: Member) -> None:
    browser = signed_in(owner, "recovery")
    renewal = Renewal(browser)
    announced, changed = renewal.both()
    label = browser.sign("label", [browser.label_pair(make_uuid(), "create")])
    expected = (403, "password_required")
    refused(browser, expected, announced)
    refused(browser, expected, renewal.change())
    refused(browser, expected, label)
    refused(browser, expected, announced, changed, label)
    changed_first = renewal.change()
    refused(browser, expected, changed_first, announced)


def test_recovery_must_be_done_within_ten_minutes(owner: Member) -> None:
    browser = signed_in(owner, "recovery")
    MemberSession.objects.filter(kind="recovery").update(
        confirmed_at=timezone.now() - timedelta(minutes=11)
    )
    refused(browser, (403, "confirmation_required"), *Renewal(browser).both())
    assert browser.sign_in("recovery").status_code == 200
    assert Renewal(browser).post().status_code == 201


def test_what_recovery_may_read_is_enough_to_unlock(owner: Member) -> None:
    draft = owner.upload(5)
    browser = signed_in(owner, "recovery")
    assert browser.get("vault").json()["user"] == owner.user
    assert len(browser.get("statements").json()["results"]) == 2
    assert browser.get("labels").json()["results"][0]["file"] == draft.file
    assert code(browser.begin_download(draft.version)) == (403, "password_required")
    before = keys()
    assert browser.send("DELETE", "session").status_code == 204
    assert keys()["slots"] == before["slots"]
