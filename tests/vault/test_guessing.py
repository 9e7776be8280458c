"""Guessing is stopped where it comes from, and nobody is locked out by somebody else (§6.1)."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.utils import timezone

from audit.models import Entry
from tests.vault.drafts import make_bytes
from tests.vault.member import Member
from tests.vault.refusals import code
from vault.client.bytes import encode_base64
from vault.guessing import NO_ADDRESS, clear_old_guesses, network_of
from vault.models import LoginFailure, User

pytestmark = pytest.mark.django_db

LIMIT = 10
THROTTLED = (429, "throttled")
FAILED = (401, "login_failed")


def member_at(address: str, username: str = "owner", **fields: Any) -> Member:
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
    return Member(username, client=client, **fields)


def guess(member: Member, times: int, kind: str = "password") -> list[tuple[int, str]]:
    return [code(member.sign_in(kind, make_bytes(32))) for _ in range(times)]


@pytest.fixture
def attacker(owner: Member) -> Member:
    return member_at("192.0.2.66", login_keys=owner.login_keys)


@pytest.fixture
def victim(owner: Member) -> Member:
    return member_at("198.51.100.7", login_keys=owner.login_keys)


def test_the_tenth_guess_is_the_last(attacker: Member) -> None:
    assert guess(attacker, LIMIT) == [FAILED] * (LIMIT - 1) + [THROTTLED]
    # Now not even the right one gets in: the answer says nothing about it.
    response = attacker.sign_in()
    assert code(response) == THROTTLED
    assert response["Retry-After"] == "900"
    assert set(response.json()) == {"code", "detail"}


def test_the_victim_signs_in_all_the_while(attacker: Member, victim: Member) -> None:
    for _ in range(LIMIT + 5):
        guess(attacker, 1)
        assert victim.sign_in().status_code == 200
    assert code(attacker.sign_in()) == THROTTLED


def test_whoever_is_known_resets_their_own_count(victim: Member) -> None:
    for _ in range(3):
        assert guess(victim, LIMIT - 1) == [FAILED] * (LIMIT - 1)
        assert victim.sign_in().status_code == 200


def test_the_lock_is_over_after_a_quarter_of_an_hour(attacker: Member) -> None:
    guess(attacker, LIMIT)
    # Going on while locked out does not make it longer.
    guess(attacker, 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert code(attacker.sign_in()) == THROTTLED
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attacker.sign_in().status_code == 200


def test_a_member_who_is_locked_out_for_a_name_can_use_another(
    attacker: Member, stranger: Member
) -> None:
    guess(attacker, LIMIT)
    other = member_at("192.0.2.66", "stranger", login_keys=stranger.login_keys)
    assert other.sign_in().status_code == 200


def test_names_that_are_none_are_stopped_alike(owner: Member) -> None:
    """Otherwise the answer would tell which names exist."""
    for name in ("nobody", "no name", "ß" * 64):
        stranger = member_at("192.0.2.67", name)
        AccessAttempt.objects.all().delete()
        assert guess(stranger, LIMIT) == [FAILED] * (LIMIT - 1) + [THROTTLED]


def test_one_network_cannot_go_through_all_names(owner: Member, settings: Any) -> None:
    settings.COFFER_NETWORK_FAILURES = 20
    own = member_at("192.0.2.66", login_keys=owner.login_keys)
    for number in range(20):
        assert guess(member_at("192.0.2.66", f"name-{number}"), 1) == [FAILED]
        if number < 19:
            # An account of one's own does not start the count anew.
            assert own.sign_in().status_code == 200
    assert guess(member_at("192.0.2.66", "one-more"), 1) == [THROTTLED]
    assert code(own.sign_in()) == THROTTLED
    assert member_at("192.0.2.68", login_keys=owner.login_keys).sign_in().status_code == 200


def test_both_slots_are_one_count(attacker: Member) -> None:
    guess(attacker, 5, "password")
    assert guess(attacker, 5, "recovery")[-1] == THROTTLED


def test_confirming_is_no_easier_way_to_guess(attacker: Member, victim: Member) -> None:
    assert attacker.sign_in().status_code == 200

    def confirm(key: bytes) -> tuple[int, str]:
        body = {"kind": "password", "login_key": encode_base64(key)}
        response = attacker.send("POST", "session/confirm", body)
        return (204, "") if response.status_code == 204 else code(response)

    right = attacker.login_keys["password"]
    assert [confirm(make_bytes(32)) for _ in range(LIMIT - 1)] == [FAILED] * (LIMIT - 1)
    assert confirm(right) == (204, "")
    # Known again: the count begins anew.
    assert [confirm(make_bytes(32)) for _ in range(LIMIT)][-2:] == [FAILED, THROTTLED]
    assert confirm(right) == THROTTLED
    assert victim.sign_in().status_code == 200


def test_sending_a_sign_up_again_is_no_easier_way_to_guess(owner: Member) -> None:
    attacker = member_at("192.0.2.66")
    body = owner.registration()

    def send() -> tuple[int, str]:
        body["login_keys"]["password"] = encode_base64(make_bytes(32))
        return code(attacker.send("POST", "accounts", body))

    owner.seq, owner.head = 0, "0" * 64
    assert [send() for _ in range(LIMIT)] == [(409, "conflict")] * (LIMIT - 1) + [THROTTLED]


def test_what_was_stopped_is_not_a_failed_login(attacker: Member) -> None:
    guess(attacker, LIMIT + 7)
    assert LoginFailure.objects.get().count == LIMIT
    assert not Entry.objects.filter(operation="login").exists()


def test_address_and_user_agent_are_kept_no_longer_than_the_count(attacker: Member) -> None:
    for number in range(3):
        key = encode_base64(make_bytes(32))
        body = {"kind": "password", "login_key": key, "username": "owner"}
        attacker.send("POST", "session", body, **{"User-Agent": f"agent {number}"})
    attempt = AccessAttempt.objects.get()
    assert (attempt.failures_since_start, attempt.user_agent, attempt.post_data) == (
        3,
        "",
        "\n---------\n" * 2,
    )
    assert clear_old_guesses(timezone.now()) == 0
    assert clear_old_guesses(timezone.now() + timedelta(minutes=16)) == 1


# --- whose address it is -------------------------------------------------------------------------


def test_behind_a_proxy_each_client_counts_for_itself(owner: Member, settings: Any) -> None:
    settings.COFFER_TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]

    def ask(member: Member, forwarded: str) -> tuple[int, str]:
        body = {
            "kind": "password",
            "login_key": encode_base64(make_bytes(32)),
            "username": "owner",
        }
        return code(member.send("POST", "session", body, **{"X-Forwarded-For": forwarded}))

    behind = member_at("10.1.2.3")
    assert [ask(behind, "192.0.2.1") for _ in range(LIMIT)][-1] == THROTTLED
    assert ask(behind, "192.0.2.2") == FAILED
    # What a client writes itself stands left of what the proxy adds.
    assert ask(behind, "203.0.113.9, 192.0.2.1") == THROTTLED
    # And from nobody else is it believed.
    outside = member_at("192.0.2.3")
    found = [ask(outside, f"203.0.113.{number}") for number in range(LIMIT)]
    assert found[-1] == THROTTLED


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", NO_ADDRESS),
        ("unix:", NO_ADDRESS),
    ],
)
def test_an_ipv6_address_counts_for_its_network(address: str, network: str) -> None:
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


# --- operators -----------------------------------------------------------------------------------


def admin_sign_in(address: str, password: str, username: str = "caretaker") -> Any:
    form = {"username": username, "password": password}
    return Client(REMOTE_ADDR=address).post("/admin/login/?next=/admin/", form)


def test_the_admin_is_no_easier_way_to_guess(db: None) -> None:
    User.objects.create_superuser("caretaker", "lantern-and-ladder")
    for number in range(LIMIT - 1):
        assert admin_sign_in("192.0.2.66", f"guess {number}").status_code == 200
    for password in ("guess", "lantern-and-ladder"):
        response = admin_sign_in("192.0.2.66", password)
        assert response.status_code == 429
        assert response["Retry-After"] == "900"
        page = response.content.decode()
        assert "<h1>Too many attempts" in page
        assert password not in page.replace("guesses", "")
    assert admin_sign_in("198.51.100.7", "lantern-and-ladder").status_code == 302
    kept = AccessAttempt.objects.get()
    assert "guess" not in f"{kept.post_data}{kept.get_data}"


def test_an_operator_who_gets_in_resets_the_count(db: None) -> None:
    User.objects.create_superuser("caretaker", "lantern-and-ladder")
    for _ in range(2):
        for _ in range(LIMIT - 1):
            assert admin_sign_in("192.0.2.66", "guess").status_code == 200
        assert admin_sign_in("192.0.2.66", "lantern-and-ladder").status_code == 302


def test_the_admin_and_the_api_share_one_count(owner: Member) -> None:
    attacker = member_at("192.0.2.66", login_keys=owner.login_keys)
    guess(attacker, LIMIT - 1)
    assert admin_sign_in("192.0.2.66", "guess", "owner").status_code == 429
    assert code(attacker.sign_in()) == THROTTLED
