"""Rows 1, 6, 7, 18: what a server says of passwords, keys and formats (spec §2, §1.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.attacks import lies
from tests.attacks.forgery import PUBLIC_KEY, forge_chain, forge_next, read_statement, with_own_keys
from tests.attacks.lies import flip
from tests.attacks.refusal import assert_refused
from tests.attacks.simulator import Lie
from tests.attacks.victim import Act, Victim, act_list, act_sign_in, act_unlock, shape
from tests.client.person import Interposed
from vault.client import passphrase
from vault.client.bytes import decode_base64, encode_base64
from vault.client.canonical import encode_json
from vault.client.errors import CofferError
from vault.client.fetcher import Request, Response

WEAK: dict[str, dict[str, Any]] = {
    "two passes": {"iterations": 2},
    "one pass": {"iterations": 1},
    "no pass": {"iterations": 0},
    "passes null": {"iterations": None},
    "passes 2^31": {"iterations": 2**31},
    "one KiB less": {"memory": 65_535},
    "no memory": {"memory": 0},
    "memory null": {"memory": None},
    "memory 2^31": {"memory": 2**31},
    "memory a text": {"memory": "65536"},
    "memory true": {"memory": True},
    "four lanes": {"parallelism": 4},
    "salt empty": {"salt": ""},
    "salt of one byte": {"salt": "AA"},
    "another algorithm": {"algorithm": "pbkdf2-sha256"},
    "an unknown field": {"legacy": 1},
}
# What a recovery key is derived by; of a password it would make a hash that guesses at full speed.
UNHARDENED = {"algorithm": "hkdf-sha256"}


@pytest.mark.parametrize("name", WEAK)
def test_row_01_weak_kdf_at_sign_in(victim: Victim, name: str, tmp_path: Path) -> None:
    lie = lies.kdf(lambda kdf: {**kdf, **WEAK[name]})
    sent = _refused_underived(victim, act_sign_in, lie, tmp_path)
    assert sent == ["GET session", "POST session/kdf"]


@pytest.mark.parametrize("kdf", [UNHARDENED, None, {}, [], "argon2id"], ids=str)
def test_row_01_no_kdf_of_a_password(victim: Victim, kdf: Any, tmp_path: Path) -> None:
    sent = _refused_underived(victim, act_sign_in, lies.kdf(lambda _: kdf), tmp_path)
    assert sent == ["GET session", "POST session/kdf"]


@pytest.mark.parametrize("name", WEAK)
def test_row_01_weak_kdf_in_the_slot(victim: Victim, name: str, tmp_path: Path) -> None:
    lie = lies.slots(lambda slot: {**slot, "kdf": {**slot["kdf"], **WEAK[name]}})
    sent = _refused_underived(victim, act_unlock, lie, tmp_path)
    assert sent == ["GET session", "GET vault"]


def _refused_underived(victim: Victim, act: Act, lie: Lie, tmp_path: Path) -> list[str]:
    """Demand that Argon2 was not even asked: the member's password was not touched."""
    victim.honest_calls(act, tmp_path / "before")
    with mock.patch.object(passphrase, "Argon2id", side_effect=AssertionError("derived")):
        sent = assert_refused(victim, act, lie, "policy_kdf", tmp_path)
    return [shape(request) for request in sent]


def _altered_register(rows: list[Any]) -> list[Any]:
    register = read_statement(rows[0])
    item = {**register["items"][0], "public_key": PUBLIC_KEY}
    statement = encode_base64(encode_json({**register, "items": [item]}))
    return [{**rows[0], "statement": statement}, *rows[1:]]


def _replaced_identity(rows: list[Any]) -> list[Any]:
    register, *rest = map(read_statement, rows)
    return forge_chain([with_own_keys(register), *rest])


def _announced_key(rows: list[Any]) -> list[Any]:
    register = read_statement(rows[0])
    keyring = register["items"][0]["keyring"]
    item = {"generation": 2, "keyring": keyring, "not_after": 0, "public_key": PUBLIC_KEY}
    return [*rows, forge_next(rows, type="announce_key", items=[item])]


@pytest.mark.parametrize(
    ("replace", "code"),
    [
        (_altered_register, "tampered_statement"),
        (_replaced_identity, "tampered_key"),
        (_announced_key, "tampered_statement"),
    ],
    ids=["in the member's statement", "with the whole chain renewed", "by a new generation"],
)
def test_row_06_members_own_public_key(
    victim: Victim, replace: Callable[[list[Any]], list[Any]], code: str, tmp_path: Path
) -> None:
    # A machine that has seen nothing yet: what it is told first is all it knows.
    newcomer = victim.person.on_new_device(tmp_path / "profile")
    lie = lies.chain(replace(victim.chain()))
    assert_refused(victim, act_sign_in, lie, code, tmp_path, person=newcomer)


def test_row_06_whole_chain_renewed_for_a_machine_that_knows_it(
    victim: Victim, tmp_path: Path
) -> None:
    person = victim.machine(tmp_path / "profile")
    lie = lies.chain(_replaced_identity(victim.chain()))
    assert_refused(victim, act_unlock, lie, "tampered_rollback", tmp_path, person=person)


class _Recorded:
    """A Fetcher that gives answers once recorded, but for the vault's, and counts the requests."""

    def __init__(self, victim: Victim) -> None:
        between = Interposed(victim.server.url)
        victim.person.unlock(between)
        self._answers = dict(zip(map(shape, between.requests), between.responses, strict=True))
        self.account = json.loads(self._answers["GET vault"].body)
        self.requests: list[str] = []

    def fetch(self, request: Request) -> Response:
        self.requests.append(shape(request))
        if self.requests[-1] == "GET vault":
            return Response(200, json.dumps(self.account).encode())
        return self._answers[self.requests[-1]]


def _outcomes(victim: Victim, accounts: Iterator[Any], recorded: _Recorded) -> set[Any]:
    """Unlock with each account; return all that a server could tell the failures apart by."""
    outcomes = set()
    for account in accounts:
        recorded.account, recorded.requests = account, []
        with pytest.raises(CofferError) as caught:
            victim.person.unlock(recorded)
        outcomes.add((caught.value.code, str(caught.value), tuple(recorded.requests)))
    return outcomes


def test_row_07_each_byte_of_the_keyring(victim: Victim) -> None:
    recorded = _Recorded(victim)
    account, keyring = recorded.account, recorded.account["keyring"]
    # The private keys are inside: every byte of theirs is one of these.
    sealed = decode_base64(keyring["sealed"])
    assert len(sealed) > 2_000
    flipped = (
        {**account, "keyring": {**keyring, "sealed": encode_base64(flip(sealed, at))}}
        for at in range(len(sealed))
    )
    ((code, _, requests),) = _outcomes(victim, flipped, recorded)
    assert code == "tampered_keyring"
    assert requests == ("GET session", "GET vault")
    victim.person.unlock()


def test_row_07_each_byte_of_the_key_slot(victim: Victim) -> None:
    recorded = _Recorded(victim)
    account, (slot, recovery) = recorded.account, recorded.account["slots"]
    sealed, salt = decode_base64(slot["sealed"]), decode_base64(slot["kdf"]["salt"])
    changed = [{**slot, "sealed": encode_base64(flip(sealed, at))} for at in range(len(sealed))]
    changed += [
        {**slot, "kdf": {**slot["kdf"], "salt": encode_base64(flip(salt, at))}} for at in (0, 15)
    ]
    # A cost above the floor is a lie, too, but no weakness: the seal holds it.
    changed.append({**slot, "kdf": {**slot["kdf"], "iterations": 4}})
    accounts = ({**account, "slots": [one, recovery]} for one in changed)
    ((code, _, requests),) = _outcomes(victim, accounts, recorded)
    assert code == "wrong_key"
    assert requests == ("GET session", "GET vault")
    victim.person.unlock()


@pytest.mark.parametrize(
    "changes",
    [{"v": 0}, {"v": 2}, {"v": 2**53 - 1}, {"type": "share"}, {"type": "upload/v0"}, {"min_v": 0}],
    ids=str,
)
def test_row_18_format_version_below_the_minimum(
    victim: Victim, changes: dict[str, Any], tmp_path: Path
) -> None:
    rows = victim.chain()
    lie = lies.chain([*rows, forge_next(rows, **changes)])
    assert_refused(victim, act_list, lie, "format", tmp_path)


def test_row_18_older_format_from_the_first_statement_on(victim: Victim, tmp_path: Path) -> None:
    statements = [{**read_statement(row), "v": 0} for row in victim.chain()]
    newcomer = victim.person.on_new_device(tmp_path / "profile")
    lie = lies.chain(forge_chain(statements))
    assert_refused(victim, act_sign_in, lie, "format", tmp_path, person=newcomer)
