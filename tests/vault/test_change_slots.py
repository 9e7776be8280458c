"""Changing the password: one request, all or nothing, and the old one is worth nothing (§2.5)."""

from __future__ import annotations

import json
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError
from django.utils import timezone

from audit.models import Entry
from tests.vault.member import Member
from tests.vault.refusals import code
from tests.vault.renewal import Renewal, keys, refused
from vault.client.bytes import encode_base64
from vault.models import KeyPair, Keyring, MemberSession, Slot, User
from vault.services import sessions

pytestmark = pytest.mark.django_db


def rest_for(member: Member, minutes: int) -> None:
    past = timezone.now() - timedelta(minutes=minutes)
    MemberSession.objects.filter(user=member.user).update(confirmed_at=past)


# --- the change itself ---------------------------------------------------------------------------


def test_a_new_password_takes_the_place_of_the_old(owner: Member) -> None:
    old = dict(owner.login_keys)
    renewal = Renewal(owner)
    response = renewal.post()
    assert response.status_code == 201
    assert [row["seq"] for row in response.json()["statements"]] == [2, 3]
    vault = owner.get("vault").json()
    assert vault["keyring"] == {"revision": 2, "sealed": encode_base64(renewal.keyring)}
    assert vault["slots"] == renewal.slots
    assert vault["head"] == {"hash": owner.head, "seq": 3}
    pair = KeyPair.objects.get(user=owner.user, generation=2)
    assert bytes(pair.public_key) == renewal.public_key
    browser = owner.elsewhere()
    for kind in ("password", "recovery"):
        assert code(browser.sign_in(kind, old[kind])) == (401, "login_failed")
        assert browser.sign_in(kind, renewal.login_keys[kind]).status_code == 200


def test_nothing_of_the_old_slots_stays(owner: Member) -> None:
    old = {slot.verifier for slot in Slot.objects.filter(user=owner.user)}
    assert Renewal(owner).post().status_code == 201
    new = list(Slot.objects.filter(user=owner.user))
    assert [slot.kind for slot in new] == ["password", "recovery"]
    assert not old & {slot.verifier for slot in new}


def test_what_comes_after_is_on_the_new_generation(owner: Member) -> None:
    before = owner.upload(5)
    assert Renewal(owner).post().status_code == 201
    after = owner.upload(5)
    served = owner.begin_download(before.version, after.version).json()["versions"]
    assert [row["generation"] for row in served] == [1, 2]
    labels = owner.get("labels").json()["results"]
    assert {row["file"]: row["generation"] for row in labels} == {before.file: 1, after.file: 2}
    owner.generation = 1
    refused(owner, (409, "stale_generation"), owner.sign("label", [owner.label_pair(after.file)]))


def test_the_password_can_be_changed_again_and_again(owner: Member) -> None:
    for generation in (2, 3, 4):
        assert Renewal(owner).post().status_code == 201
        assert User.objects.get(pk=owner.user).generation == generation
    assert owner.elsewhere().sign_in().status_code == 200


def test_slots_alone_and_a_generation_alone_are_statements_too(owner: Member) -> None:
    renewal = Renewal(owner)
    assert owner.post(renewal.announce()).status_code == 201
    # The keyring is the stored one now.
    assert owner.post(renewal.change()).status_code == 201
    assert Keyring.objects.get(pk=owner.user).revision == 2


def test_each_statement_has_its_entry_and_the_end_of_sessions_has_one(owner: Member) -> None:
    assert owner.elsewhere().sign_in().status_code == 200
    signed = Renewal(owner).both()
    response = owner.post(*signed)
    named = [row["entry"] for row in response.json()["statements"]]
    first, second, third = Entry.objects.order_by("-seq")[:3][::-1]
    assert [first.seq, second.seq] == named
    assert [first.operation, second.operation] == ["announce_key", "change_slots"]
    assert [first.statement, second.statement] == [each.hash for each in signed]
    assert third.operation == "logout"
    detail = json.loads(third.detail)
    assert (detail["by"], detail["sessions"]) == ("change_slots", 1)
    assert third.user_id == owner.user


# --- sessions ------------------------------------------------------------------------------------


def test_every_other_session_is_over_and_this_one_goes_on(owner: Member, stranger: Member) -> None:
    others = [owner.elsewhere() for _ in range(3)]
    for other in others:
        assert other.sign_in().status_code == 200
    stolen = owner.twin()
    assert stolen.get("vault").status_code == 200
    key = owner.client.cookies["coffer_session"].value
    token = owner.token
    assert Renewal(owner).post().status_code == 201
    for other in [*others, stolen]:
        assert code(other.get("vault")) == (401, "not_authenticated")
        assert code(other.send("PUT", "keyring", {})) == (401, "not_authenticated")
    assert owner.get("vault").status_code == 200
    assert owner.client.cookies["coffer_session"].value != key
    assert owner.token != token
    assert MemberSession.objects.filter(user=owner.user).count() == 1
    assert stranger.get("vault").status_code == 200


def test_a_generation_alone_ends_no_session(owner: Member) -> None:
    other = owner.elsewhere()
    assert other.sign_in().status_code == 200
    assert owner.post(Renewal(owner).announce()).status_code == 201
    assert other.get("vault").status_code == 200


def test_a_sign_in_that_was_on_its_way_opens_nothing(owner: Member) -> None:
    """The old password was right when it was checked, and is not when the session would open."""
    browser = owner.elsewhere()
    browser.refresh_token()
    checked = sessions.matches_verifier

    def change_meanwhile(login_key: bytes, verifier: str) -> bool:
        is_right = checked(login_key, verifier)
        assert Renewal(owner).post().status_code == 201
        return is_right

    with patch.object(sessions, "matches_verifier", change_meanwhile):
        assert code(browser.sign_in()) == (401, "login_failed")
    assert MemberSession.objects.filter(user=owner.user).count() == 1


# --- confirmation --------------------------------------------------------------------------------


def test_a_session_that_rested_must_be_confirmed(owner: Member) -> None:
    rest_for(owner, 11)
    refused(owner, (403, "confirmation_required"), *Renewal(owner).both())
    refused(owner, (403, "confirmation_required"), Renewal(owner).change())
    body = {"kind": "password", "login_key": encode_base64(owner.login_keys["password"])}
    assert owner.send("POST", "session/confirm", body).status_code == 204
    assert Renewal(owner).post().status_code == 201


def test_a_confirmation_is_of_one_session_alone(owner: Member) -> None:
    other = owner.elsewhere()
    assert other.sign_in().status_code == 200
    rest_for(owner, 11)
    body = {"kind": "recovery", "login_key": encode_base64(owner.login_keys["recovery"])}
    assert other.send("POST", "session/confirm", body).status_code == 204
    refused(owner, (403, "confirmation_required"), *Renewal(owner).both())


def test_a_new_generation_needs_no_confirmation(owner: Member) -> None:
    rest_for(owner, 11)
    assert owner.post(Renewal(owner).announce()).status_code == 201


# --- the same again ------------------------------------------------------------------------------


def test_posted_again_it_changes_nothing(owner: Member) -> None:
    renewal = Renewal(owner)
    signed = renewal.both()
    first = owner.post(*signed)
    owner.refresh_token()
    rest_for(owner, 11)
    before = keys()
    again = owner.post(*signed)
    assert (again.status_code, again.json()) == (201, first.json())
    assert keys() == before


def test_whoever_lost_the_answer_signs_in_anew_and_posts_it_again(owner: Member) -> None:
    renewal = Renewal(owner)
    signed, lost = renewal.both(), owner.twin()
    assert owner.post(*signed).status_code == 201
    assert code(lost.get("vault")) == (401, "not_authenticated")
    lost.token = ""
    assert lost.sign_in(login_key=renewal.login_keys["password"]).status_code == 200
    assert lost.post(*signed).status_code == 201


def test_when_the_log_cannot_be_written_nothing_is_changed(owner: Member) -> None:
    other = owner.elsewhere()
    assert other.sign_in().status_code == 200
    before = keys()
    with patch("audit.log._insert", side_effect=DatabaseError("disk")):
        owner.client.raise_request_exception = False
        assert owner.post(*Renewal(owner).both()).status_code >= 500
    assert keys() == before
    assert other.get("vault").status_code == 200
