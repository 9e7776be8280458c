"""Row 20: the chain replayed, reordered, forged, and lied about behind a 409 (spec §5.2)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import lies
from tests.attacks.forgery import forge_next, read_statement
from tests.attacks.refusal import assert_refused
from tests.attacks.victim import (
    SMALL,
    Victim,
    act_list,
    act_sign_in,
    chain_rows,
    unlocked,
)
from tests.client import vaults
from tests.client.person import Person
from vault.client.bytes import decode_base64
from vault.client.errors import CofferError
from vault.client.primitives import make_uuid
from vault.client.statements import parse_statement

Rows = list[Any]


def _again(rows: Rows) -> Rows:
    """The newest statement once more, as if it were the next."""
    return [*rows, {**rows[-1], "seq": len(rows) + 1}]


def _reordered(rows: Rows) -> Rows:
    *rest, first, second = rows
    return [*rest, {**second, "seq": first["seq"]}, {**first, "seq": second["seq"]}]


def _left_out(rows: Rows) -> Rows:
    *rest, _, newest = rows
    return [*rest, {**newest, "seq": newest["seq"] - 1}]


def _forged(rows: Rows) -> Rows:
    """In the member's name: a file of theirs is to be destroyed."""
    file = read_statement(rows[-1])["items"][0]["file"]
    return [*rows, forge_next(rows, type="delete", items=[{"file": file, "version": ""}])]


@pytest.mark.parametrize("change", [_again, _reordered, _left_out, _forged])
def test_row_20_statements(victim: Victim, change: Callable[[Rows], Rows], tmp_path: Path) -> None:
    newcomer = victim.person.on_new_device(tmp_path / "profile")
    lie = lies.chain(change(victim.chain()))
    assert_refused(victim, act_sign_in, lie, "tampered_statement", tmp_path, person=newcomer)


@pytest.mark.parametrize("change", [_again, _forged])
def test_row_20_statement_after_what_is_known(
    victim: Victim, change: Callable[[Rows], Rows], tmp_path: Path
) -> None:
    lie = lies.chain(change(victim.chain()))
    assert_refused(victim, act_list, lie, "tampered_statement", tmp_path)


def _put_letter(victim: Victim, content: bytes) -> Callable[[Person, Path], None]:
    """Store a new version of the letter; the honest server takes it, whatever the other says."""

    def act_put(person: Person, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        source = folder.parent / SMALL
        source.write_bytes(content)
        victim.contents[SMALL] = content
        with unlocked(person) as vault:
            vaults.put(vault, source)

    return act_put


@pytest.mark.parametrize("change", [_again, _forged])
def test_row_20_statement_behind_a_409(
    victim: Victim, change: Callable[[Rows], Rows], tmp_path: Path
) -> None:
    act = _put_letter(victim, b"dear Zoe, behind a 409")
    victim.honest_calls(act, tmp_path / "before")
    rows = victim.chain()
    lie = lies.all_of(
        lies.refusing(
            "POST", "statements", 409, code="stale_head", detail="", head={"hash": "0", "seq": 0}
        ),
        lies.once_seen("POST", "statements", lies.chain(change(rows))),
    )
    sent = assert_refused(victim, act, lie, "tampered_statement", tmp_path)
    # What was slipped in was never signed over: the one statement follows the verified head.
    assert _posted_prevs(sent) == [chain_head_of(rows)]


def test_row_20_409_without_a_reason(victim: Victim, tmp_path: Path) -> None:
    act = _put_letter(victim, b"dear Zoe, in vain")
    victim.honest_calls(act, tmp_path / "before")
    rows = victim.chain()
    lie = lies.all_of(
        lies.refusing("POST", "statements", 409, code="stale_head", detail="", head={}),
        lies.chain(rows),
    )
    repeated = Counter({"POST statements": 4, "GET statements?after=*": 5, "GET labels": 4})
    sent = assert_refused(victim, act, lie, "conflict", tmp_path, repeated=repeated)
    assert set(_posted_prevs(sent)) == {chain_head_of(rows)}


def _posted_prevs(sent: list[Any]) -> list[str]:
    bodies = [json.loads(request.body) for request in sent if request.path.endswith("/statements")]
    posted = [statement for body in bodies for statement in body["statements"]]
    return [parse_statement(decode_base64(each["statement"]))["prev"] for each in posted]


def chain_head_of(rows: Rows) -> str:
    return str(read_statement(forge_next(rows))["prev"])


def _replayed(rows: Rows) -> Any:
    return rows[1]


def _foreign(rows: Rows) -> Any:
    return forge_next(rows, user=make_uuid())


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda rows: forge_next(rows), "signature_invalid"),
        (lambda rows: _forged(rows)[-1], "signature_invalid"),
        (lambda rows: {**rows[-1], "signature": rows[-2]["signature"]}, "signature_invalid"),
        (_foreign, "statement_invalid"),
    ],
    ids=["its newest under another key", "a forged delete", "another signature", "another user"],
)
def test_row_20_honest_server_refuses(
    victim: Victim, make: Callable[[Rows], Any], code: str
) -> None:
    vault = victim.person.unlock()
    row = make(chain_rows(vault))
    body = {"statements": [{**row, "items": [{}]}]}
    del body["statements"][0]["seq"]
    with pytest.raises(CofferError) as caught:
        vault.api.channel.call("POST", "statements", body)
    assert caught.value.code == code
    assert not vault.sync()
