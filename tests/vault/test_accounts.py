"""Sign-up: one signed statement and what it names, or nothing at all (spec §5.3, §6.1)."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import Commitment, Entry
from tests.vault.drafts import hash_of, make_bytes, make_uuid
from tests.vault.member import Member
from vault.client.bytes import decode_base64, encode_base64
from vault.client.statements import sign_statement
from vault.models import KeyPair, Keyring, Slot, Statement, User

pytestmark = pytest.mark.django_db


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def nothing_was_made() -> bool:
    return not (User.objects.exists() or Statement.objects.exists() or Entry.objects.exists())


def test_signs_up_and_in() -> None:
    member = Member("owner")
    registration = member.registration()
    response = member.send("POST", "accounts", registration)
    assert response.status_code == 201
    session = response.json()
    assert session == {
        "csrf_token": session["csrf_token"],
        "user": member.user,
        "username": "owner",
    }
    user = User.objects.get()
    statement = decode_base64(registration["statement"])
    assert (str(user.pk), user.kind, user.chain_seq) == (member.user, "member", 1)
    assert user.chain_hash == hash_of(statement)
    assert bytes(user.identity_key) == member.identity.public_key().public_bytes_raw()
    assert not user.has_usable_password()
    assert not user.is_staff
    assert bytes(Keyring.objects.get().sealed) == member.keyring
    assert bytes(KeyPair.objects.get().public_key) == member.public_key
    stored = Statement.objects.get()
    assert bytes(stored.statement) == statement
    assert encode_base64(bytes(stored.signature)) == registration["signature"]
    # The session is the new member's.
    assert member.get("vault").json()["user"] == member.user


def test_the_vault_is_served_as_it_was_sent() -> None:
    member = Member("owner").sign_up()
    vault = member.get("vault").json()
    assert vault == {
        "head": {"hash": member.head, "seq": 1},
        "keyring": {"revision": 1, "sealed": encode_base64(member.keyring)},
        "slots": member.slots,
        "user": member.user,
        "username": "owner",
    }


def test_no_login_key_is_stored() -> None:
    member = Member("owner").sign_up()
    for slot in Slot.objects.all():
        key = member.login_keys[slot.kind]
        for form in (key.hex(), encode_base64(key)):
            assert form not in slot.verifier


def test_the_log_names_the_statement_and_commits_to_the_caller() -> None:
    member = Member("owner").sign_up()
    entry = Entry.objects.get()
    assert (entry.operation, entry.user_id, entry.statement) == (
        "register",
        member.user,
        member.head,
    )
    committed = dict(Commitment.objects.values_list("name", "value"))
    assert committed == {"address": "127.0.0.1", "user_agent": ""}
    assert "127.0.0.1" not in entry.detail
    assert "owner" not in bytes(entry.entry).decode()


def test_the_same_registration_again_only_signs_in() -> None:
    member = Member("owner")
    registration = member.registration()
    member.send("POST", "accounts", registration)
    again = Member("owner", user=member.user)
    response = again.send("POST", "accounts", registration)
    assert response.status_code == 201
    assert response.json()["user"] == member.user
    assert again.get("session").json()["user"] == member.user
    assert User.objects.count() == 1
    operations = Entry.objects.order_by("seq").values_list("operation", flat=True)
    assert list(operations) == ["register", "login"]


@pytest.mark.parametrize("kind", ["password", "recovery"])
def test_a_seen_registration_without_its_login_keys_signs_nobody_in(kind: str) -> None:
    member = Member("owner")
    registration = member.registration()
    member.send("POST", "accounts", registration)
    registration["login_keys"][kind] = encode_base64(make_bytes(32))
    thief = Member("owner", user=member.user)
    assert code(thief.send("POST", "accounts", registration)) == (409, "conflict")
    assert thief.get("session").json()["user"] == ""


def test_a_taken_name_is_refused() -> None:
    Member("owner").sign_up()
    other = Member("owner")
    assert code(other.send("POST", "accounts", other.registration())) == (409, "username_taken")
    assert User.objects.count() == 1


def test_an_operators_name_is_taken_too() -> None:
    User.objects.create_superuser("operator", "an operator's password")
    other = Member("operator")
    assert code(other.send("POST", "accounts", other.registration())) == (409, "username_taken")


def test_a_taken_user_id_is_refused() -> None:
    first = Member("owner").sign_up()
    second = Member("second", user=first.user)
    assert code(second.send("POST", "accounts", second.registration())) == (409, "conflict")


@pytest.mark.parametrize(
    "username",
    ["ab", "a" * 33, "Owner", "-owner", ".owner", "own er", "ownér", "owner\n", "", "o/w"],
)
def test_names_outside_the_grammar_are_refused(username: str) -> None:
    member = Member(username)
    registration = member.registration()
    assert code(member.send("POST", "accounts", registration)) == (400, "username_invalid")
    assert nothing_was_made()


@pytest.mark.parametrize("username", ["abc", "a" * 32, "0.o-_", "9lives"])
def test_names_of_the_grammar_are_taken(username: str) -> None:
    Member(username).sign_up()


def test_closed_registration(settings: Any) -> None:
    for policy in ("closed", "invite"):
        settings.COFFER_REGISTRATION = policy
        member = Member("owner")
        response = member.send("POST", "accounts", member.registration())
        assert code(response) == (403, "registration_closed")
    assert nothing_was_made()


def test_a_statement_that_names_other_bytes_is_refused() -> None:
    member = Member("owner")
    good = member.registration()
    swapped_slots = [
        {**good["slots"][0], "sealed": encode_base64(make_bytes(60))},
        good["slots"][1],
    ]
    other_type = member.raw_statement("label", [member.label_pair(make_uuid())[0]])
    for changes in (
        {"keyring": encode_base64(make_bytes(284))},
        {"slots": swapped_slots},
        {"slots": list(reversed(good["slots"]))},
        {"statement": encode_base64(other_type)},
        {"statement": encode_base64(decode_base64(good["statement"]) + b" ")},
    ):
        response = member.send("POST", "accounts", {**good, **changes})
        assert code(response) == (400, "statement_invalid"), changes
    assert nothing_was_made()


@pytest.mark.parametrize("changes", [{"seq": 2}, {"prev": "1" * 64}])
def test_an_account_begins_a_chain(changes: dict[str, Any]) -> None:
    member = Member("owner")
    good = member.registration()
    item = member.registration_item()
    fields = {"seq": 1, "prev": "0" * 64, **changes}
    data = member.raw_statement("register", [item], **fields)
    body = {
        **good,
        "statement": encode_base64(data),
        "signature": encode_base64(sign_statement(member.identity, data)),
    }
    assert code(member.send("POST", "accounts", body)) == (400, "statement_invalid")
    assert nothing_was_made()


def test_a_signature_of_another_key_is_refused() -> None:
    member, other = Member("owner"), Member("other")
    registration = member.registration()
    data = decode_base64(registration["statement"])
    registration["signature"] = encode_base64(sign_statement(other.identity, data))
    assert code(member.send("POST", "accounts", registration)) == (400, "signature_invalid")
    assert nothing_was_made()


@pytest.mark.parametrize(
    "kdf",
    [
        {"iterations": 2},
        {"iterations": 11},
        {"memory": 65_535},
        {"memory": 1_048_577},
        {"memory": 2**31},
        {"parallelism": 2},
        {"salt": encode_base64(bytes(15))},
        {"algorithm": "argon2i"},
        {"more": 1},
        {"iterations": None},
        {"iterations": "3"},
    ],
)
def test_weak_kdf_parameters_are_refused(kdf: dict[str, Any]) -> None:
    member = Member("owner")
    registration = member.registration()
    registration["slots"][0]["kdf"] |= kdf
    response = member.send("POST", "accounts", registration)
    assert code(response) == (400, "invalid")
    assert nothing_was_made()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keyring", encode_base64(bytes(283))),
        ("keyring", encode_base64(bytes(1_048_577))),
        ("signature", encode_base64(bytes(63))),
        ("login_keys", {"password": encode_base64(bytes(32))}),
        (
            "login_keys",
            {"password": encode_base64(bytes(31)), "recovery": encode_base64(bytes(32))},
        ),
        ("slots", []),
        ("statement", ""),
        ("is_staff", True),
        ("kind", "operator"),
    ],
)
def test_other_shapes_are_refused(name: str, value: Any) -> None:
    member = Member("owner")
    registration = {**member.registration(), name: value}
    assert code(member.send("POST", "accounts", registration)) == (400, "invalid")
    assert nothing_was_made()


def test_nothing_is_left_when_the_log_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("vault.services.sessions.append", fail)
    member = Member("owner")
    member.client.raise_request_exception = False
    assert member.send("POST", "accounts", member.registration()).status_code == 500
    assert nothing_was_made()
    assert not Keyring.objects.exists()
    assert member.get("session").json()["user"] == ""
