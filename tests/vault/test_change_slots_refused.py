"""Changes of keys that break a rule are refused, and nothing is half changed (spec §5.3, §6.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.vault.drafts import hash_of, make_bytes
from tests.vault.member import Member
from tests.vault.renewal import Renewal, make_slots, refused
from tests.vectors import cast
from vault.client.bytes import encode_base64

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("generation", [1, 3, 2**53 - 1])
def test_only_the_next_generation_is_announced(owner: Member, generation: int) -> None:
    renewal = Renewal(owner)
    renewal.generation = generation
    refused(owner, (400, "statement_invalid"), *renewal.both())


@pytest.mark.parametrize("revision", [1, 3])
def test_only_the_next_keyring_comes_along(owner: Member, revision: int) -> None:
    renewal = Renewal(owner)
    renewal.revision = revision
    refused(owner, (409, "stale_keyring"), *renewal.both())
    refused(owner, (409, "stale_keyring"), renewal.change())


def test_a_keyring_saved_elsewhere_is_not_written_over(owner: Member) -> None:
    saved = {"revision": 2, "sealed": encode_base64(make_bytes(284))}
    assert owner.send("PUT", "keyring", saved).status_code == 200
    refused(owner, (409, "stale_keyring"), *Renewal(owner).both())


def test_both_statements_name_one_keyring(owner: Member) -> None:
    renewal = Renewal(owner)
    announced = renewal.announce()
    renewal.keyring = make_bytes(540)
    refused(owner, (409, "stale_keyring"), announced, renewal.change(announced))


def test_what_travels_beside_is_what_was_signed(owner: Member) -> None:
    expected = (400, "statement_invalid")
    announced, changed = Renewal(owner).both()
    announced.body["items"][0]["keyring"] = encode_base64(make_bytes(540))
    refused(owner, expected, announced, changed)
    for name, value in (
        ("keyring", encode_base64(make_bytes(540))),
        ("slots", make_slots()),
        ("slots", Renewal(owner).companion()["slots"][::-1]),
    ):
        announced, changed = Renewal(owner).both()
        changed.body["items"][0][name] = value
        refused(owner, expected, announced, changed)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("keyring",), ""),
        (("keyring",), None),
        (("login_keys", "password"), encode_base64(bytes(31))),
        (("login_keys", "recovery"), None),
        (("login_keys",), {"password": encode_base64(bytes(32))}),
        (("login_keys",), []),
        (("slots",), []),
        (("slots",), None),
        (("slots", 0, "kdf", "memory"), 65_535),
        (("slots", 0, "kdf", "iterations"), 2),
        (("slots", 0, "kdf", "salt"), "AAAA"),
        (("slots", 1, "kdf"), {"algorithm": "none"}),
        (("slots", 0, "sealed"), encode_base64(bytes(59))),
        (("passkeys",), []),
    ],
)
def test_companions_of_another_shape_are_refused(
    owner: Member, path: tuple[str | int, ...], value: Any
) -> None:
    announced, changed = Renewal(owner).both()
    place = changed.body["items"][0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    refused(owner, (400, "invalid"), announced, changed)


def test_statements_of_another_shape_are_refused(owner: Member) -> None:
    renewal = Renewal(owner)
    weak = renewal.public_key[:-1] + b"\x03"
    for changes in (
        {"public_key": encode_base64(weak)},
        {"public_key": encode_base64(cast.RECIPIENT)},
        {"generation": 0},
        {"keyring": {"hash": hash_of(renewal.keyring)}},
        {"private_key": ""},
    ):
        refused(owner, (400, "statement_invalid"), renewal.announce(**changes))
    named = json.loads(renewal.change().data)["items"][0]["slots"]
    for slots in ([], named[:1], named[::-1], [named[0], named[0]], [*named, named[1]]):
        refused(owner, (400, "statement_invalid"), renewal.change(slots=slots))


def test_one_wrong_signature_and_neither_is_taken(owner: Member) -> None:
    announced, changed = Renewal(owner).both()
    changed.body["signature"] = announced.body["signature"]
    refused(owner, (400, "signature_invalid"), announced, changed)


def test_another_members_change_is_refused(owner: Member, stranger: Member) -> None:
    refused(stranger, (400, "statement_invalid"), *Renewal(owner).both())


def test_two_changes_at_once_and_the_second_reads_the_chain_first(owner: Member) -> None:
    other = owner.twin()
    second = Renewal(other)
    assert Renewal(owner).post().status_code == 201
    other.client.cookies = owner.client.cookies
    other.token = owner.token
    refused(other, (409, "stale_head"), *second.both())
