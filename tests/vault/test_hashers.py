"""Hashes take memory and time, so only a few are computed at once (vault/hashers.py)."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import Client

from tests.vault.member import Member
from tests.vault.refusals import code
from vault import hashers
from vault.exceptions import Refusal
from vault.hashers import Gate
from vault.models import User
from vault.throttles import KdfThrottle

GATED = ["vault.hashers.GatedArgon2PasswordHasher"]
CLOSED = Gate(running=0, waiting=0, patience=0)


@pytest.fixture
def argon2(settings: Any, data_folder: object) -> None:
    settings.PASSWORD_HASHERS = GATED


def test_the_line_is_bounded_and_moves_on() -> None:
    gate = Gate(running=1, waiting=1, patience=60)
    passed = threading.Event()

    def wait() -> None:
        with gate.passing():
            passed.set()

    with gate.passing():
        waiting = threading.Thread(target=wait)
        waiting.start()
        # One inside, one in line: the third is sent away at once, without a thread of the server.
        while gate._line._value:  # type: ignore[attr-defined]
            assert waiting.is_alive()
        with pytest.raises(Refusal) as caught, gate.passing():
            pytest.fail("let in")
        assert (caught.value.code, caught.value.retry_after) == ("throttled", 5)
        assert not passed.is_set()
    waiting.join(timeout=10)
    assert passed.is_set()
    with gate.passing():
        pass


def test_patience_ends() -> None:
    gate = Gate(running=1, waiting=1, patience=0.01)
    with gate.passing(), pytest.raises(Refusal), gate.passing():
        pytest.fail("let in")
    with gate.passing():
        pass


def test_whatever_happens_inside_the_place_is_free_again() -> None:
    gate = Gate(running=1, waiting=0, patience=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.passing():
            raise ZeroDivisionError
    with ExitStack() as inside:
        inside.enter_context(gate.passing())
        with pytest.raises(Refusal):
            inside.enter_context(gate.passing())


def test_it_is_argon2_and_reads_what_django_wrote(argon2: None) -> None:
    encoded = make_password("lantern")
    assert encoded.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert identify_hasher(encoded).algorithm == "argon2"
    assert check_password("lantern", encoded)
    assert not check_password("ladder", encoded)


@pytest.mark.django_db
def test_a_busy_server_says_so_and_signs_nobody_in(
    owner: Member, argon2: None, monkeypatch: Any
) -> None:
    newcomer = Member("newcomer")
    monkeypatch.setattr(hashers, "GATE", CLOSED)
    for response in (
        owner.elsewhere().sign_in(),
        Member("nobody").sign_in(),
        newcomer.send("POST", "accounts", newcomer.registration()),
    ):
        assert code(response) == (429, "throttled")
        assert response["Retry-After"] == "5"
    assert not User.objects.filter(username="newcomer").exists()


@pytest.mark.django_db
def test_a_busy_server_says_so_in_the_admin(argon2: None, monkeypatch: Any) -> None:
    User.objects.create_superuser("caretaker", "lantern-and-ladder")
    monkeypatch.setattr(hashers, "GATE", CLOSED)
    form = {"username": "caretaker", "password": "lantern-and-ladder"}
    response = Client().post("/admin/login/", form)
    assert response.status_code == 429
    assert response["Retry-After"] == "5"
    assert "Many people are signing in" in response.content.decode()


@pytest.mark.django_db
def test_names_cannot_be_gone_through_without_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(KdfThrottle, "rate", "5/min", raising=False)
    near = Member("near", client=Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.90"))
    far = Member("far", client=Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.91"))
    body = {"kind": "password", "username": "owner"}
    found = [near.send("POST", "session/kdf", body) for _ in range(6)]
    assert [response.status_code for response in found] == [200] * 5 + [429]
    assert found[-1].json()["code"] == "throttled"
    assert 0 < int(found[-1]["Retry-After"]) <= 60
    assert far.send("POST", "session/kdf", body).status_code == 200
