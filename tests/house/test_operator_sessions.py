"""An operator's session is over in time, as a member's is (docs/settings.md)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config import operator_sessions
from vault.models import User

pytestmark = pytest.mark.django_db


class Clock:
    """The time that the middleware sees."""

    def __init__(self) -> None:
        self.seconds = time.time()

    def time(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(operator_sessions, "time", clock)
    return clock


@pytest.fixture
def operator(clock: Clock) -> Client:
    User.objects.create_superuser("caretaker", "lantern-and-ladder")
    client = Client()
    form = {"username": "caretaker", "password": "lantern-and-ladder"}
    assert client.post("/admin/login/", form).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/admin/").status_code == 200)


def test_rest_ends_it(operator: Client, clock: Clock) -> None:
    clock.seconds += 29 * 60
    assert is_in(operator)
    clock.seconds += 29 * 60
    assert is_in(operator)
    clock.seconds += 31 * 60
    assert not is_in(operator)
    clock.seconds -= 31 * 60
    assert not is_in(operator)


def test_age_ends_it_however_much_it_is_used(operator: Client, clock: Clock) -> None:
    for _ in range(12 * 3 - 1):
        clock.seconds += 20 * 60
        assert is_in(operator)
    clock.seconds += 21 * 60
    assert not is_in(operator)


def test_a_session_of_before_there_were_limits_is_over(operator: Client) -> None:
    session = operator.session
    del session["opened"]
    session.save()
    assert not is_in(operator)


def test_the_limits_are_settings(operator: Client, clock: Clock, settings: Any) -> None:
    settings.COFFER_SESSION_IDLE = timedelta(minutes=1)
    clock.seconds += 61
    assert not is_in(operator)


def test_a_session_in_use_is_not_written_for_every_request(operator: Client, clock: Clock) -> None:
    before = operator.session["seen"]
    clock.seconds += 59
    assert is_in(operator)
    assert operator.session["seen"] == before
    clock.seconds += 2
    assert is_in(operator)
    assert operator.session["seen"] == before + 61
