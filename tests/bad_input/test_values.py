"""Bodies of another shape: every value of every operation replaced, left out, added (spec §1, §6).

All of it is 400 `invalid` or, inside a signed statement, `statement_invalid`; nothing changes.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from audit import canonical
from tests.bad_input.operations import OPERATIONS, Path, encoded, find, paths, replaced
from tests.bad_input.unchanged import COUNTED, nothing_changes
from tests.vault.drafts import make_uuid
from tests.vault.member import Member, Signed
from tests.vault.renewal import Renewal

pytestmark = pytest.mark.django_db

DEEP: list[Any] = [[[[[[[[]]]]]]]]
# Of no field's type, or out of every field's range.
ANYWHERE: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    2**53,
    2**63,
    2**64,
    -(2**63),
    1e308,
    [],
    {},
    DEEP,
)
TEXTS = ("\x01", "é", "é" * 5_000, " ", "../../etc/passwd", "' OR 1=1 --")


def other_forms(value: Any) -> Iterator[Any]:
    """Yield what means the same to a lenient reader: a second form of base64, hex or a UUID."""
    if isinstance(value, int):
        yield from (str(value), float(value), [value])
    if isinstance(value, str):
        yield from ([value], {"value": value}, f" {value}", f"{value}\n")
    if isinstance(value, str) and re.fullmatch("[A-Za-z0-9_-]{2,}", value):
        yield from _base64_forms(value)


def _base64_forms(value: str) -> Iterator[str]:
    yield value + "=" * (-len(value) % 4 or 4)
    yield value[:1] + "\n" + value[1:]
    if value.upper() != value and re.fullmatch("[0-9a-f-]+", value):
        yield value.upper()
    if len(value) % 4 and not re.fullmatch("[0-9a-f-]+|[a-z_]+", value):
        # Unused bits that are not zero: the same bytes under another name.
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        yield value[:-1] + letters[letters.index(value[-1]) + 1]


def bad_values(value: Any) -> Iterator[Any]:
    """Yield what must not stand where `value` stands."""
    yield from (bad for bad in ANYWHERE if json.dumps(bad) != json.dumps(value))
    yield from other_forms(value)
    if isinstance(value, str):
        yield ""
        yield from TEXTS
    elif isinstance(value, list):
        yield value * 300


def is_free_text(path: Path) -> bool:
    """Say whether any text may stand here: a name that nobody has is answered like another."""
    return path[-1:] == ("username",)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_value_replaced(owner: Member, name: str) -> None:
    operation = OPERATIONS[name]
    body = operation.make(owner)
    for path in paths(body):
        for bad in bad_values(find(body, path)):
            if (is_free_text(path) and isinstance(bad, str)) or is_an_empty_thumbnail(path, bad):
                continue
            with nothing_changes():
                response = operation.send(owner, encoded(replaced(body, path, bad)))
            expect_refused(response, f"{path}: {bad!r:.60}")


def test_one_statement_twice_in_a_request(owner: Member) -> None:
    body = OPERATIONS["post_label"].make(owner)
    with nothing_changes():
        response = owner.send("POST", "statements", {"statements": body["statements"] * 2})
    assert (response.status_code, response.json()["code"]) == (409, "stale_head")


@pytest.mark.parametrize("text", [*TEXTS, "", "\ud7ff", "😀", "OWNER", "owner "])
@pytest.mark.parametrize("name", ["kdf", "sign_in"])
def test_a_name_of_any_text_is_nobody(owner: Member, name: str, text: str) -> None:
    operation = OPERATIONS[name]
    body = {**operation.make(owner), "username": text}
    with nothing_changes(besides=COUNTED):
        response = operation.send(owner, encoded(body))
    too_long = len(text) > 64
    expected = 400 if too_long else {"kdf": 200, "sign_in": 401}[name]
    assert response.status_code == expected


def is_an_empty_thumbnail(path: Path, bad: Any) -> bool:
    """Say whether this leaves a thumbnail out: refused because the manifest names one."""
    return path[-1:] == ("thumbnail",) and bad == ""


def test_a_thumbnail_that_the_manifest_names_is_not_left_out(owner: Member) -> None:
    operation = OPERATIONS["post_upload"]
    body = operation.make(owner)
    body["statements"][0]["items"][0]["thumbnail"] = ""
    with nothing_changes():
        response = operation.send(owner, body)
    assert (response.status_code, response.json()["code"]) == (400, "statement_invalid")


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_field_left_out(owner: Member, name: str) -> None:
    operation = OPERATIONS[name]
    body = operation.make(owner)
    for path in paths(body):
        # One statement of several is a request of its own.
        if not path or (path[:-1] == ("statements",) and len(body["statements"]) > 1):
            continue
        spoiled = copy.deepcopy(body)
        del find(spoiled, path[:-1])[path[-1]]
        with nothing_changes():
            response = operation.send(owner, spoiled)
        expect_refused(response, f"without {path}")


@pytest.mark.parametrize(
    "extra",
    ["id", "owner", "user", "is_staff", "is_superuser", "kind_", "pk", "csrf_token", "__proto__"],
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_object_with_a_field_more(owner: Member, name: str, extra: str) -> None:
    """Mass assignment: what is not asked for is refused, not passed over."""
    operation = OPERATIONS[name]
    body = operation.make(owner)
    for path in paths(body):
        there = find(body, path)
        if not isinstance(there, dict) or extra in there:
            continue
        with nothing_changes():
            response = operation.send(owner, replaced(body, path, {**there, extra: True}))
        expect_refused(response, f"{path} with {extra}")


KINDS = ["announce_key", "change_slots", "label", "upload", "delete"]


def make_statement(member: Member, kind: str) -> tuple[dict[str, Any], list[Any]]:
    """Return a statement with its companions, as JSON values."""
    makers = {
        "announce_key": lambda: Renewal(member).announce(),
        "change_slots": lambda: Renewal(member).change(),
        "label": lambda: member.sign("label", [member.label_pair(make_uuid(), "create")]),
        "upload": lambda: member.sign_upload(member.draft(thumbnail=300)),
        "delete": lambda: member.sign("delete", [({"file": make_uuid(), "version": ""}, {})]),
    }
    signed = makers[kind]()
    return json.loads(signed.data), signed.body["items"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_of_a_signed_statement_replaced(owner: Member, kind: str) -> None:
    """The signature is good, so only the form can refuse it."""
    value, companions = make_statement(owner, kind)
    for path in paths(value):
        for bad in bad_values(find(value, path)):
            if (path[-1:], bad) in ((("replaces",), ""), (("version",), "")):
                continue  # they mean a new file, a whole file
            signed = sign_json(owner, replaced(value, path, bad), companions)
            with nothing_changes():
                response = owner.send("POST", "statements", {"statements": [signed.body]})
            expect_refused(response, f"{path}: {bad!r:.60}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_statement_of_another_form(owner: Member, kind: str) -> None:
    value, companions = make_statement(owner, kind)
    whole = canonical.encode(value)
    for data in (
        whole + b" ",
        whole.replace(b",", b", ", 1),
        b"\xef\xbb\xbf" + whole,
        whole[:-1] + b',"v":1}',
        json.dumps(dict(reversed(value.items()))).encode(),
        whole.replace(b'"v":1', b'"v":1.0'),
        whole.replace(b'"v":1', b'"v":2'),
        whole.replace(b'"type":"', b'"type":"\\u0000'),
        b"[" * 100_000,
    ):
        with nothing_changes():
            response = owner.send(
                "POST", "statements", {"statements": [owner.signed(data, companions).body]}
            )
        expect_refused(response, repr(data[:80]))


def sign_json(member: Member, value: Any, companions: list[Any]) -> Signed:
    """Sign a JSON value as it is, whatever it is."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return member.signed(text.encode(), companions)


def expect_refused(response: Any, what: str) -> None:
    assert response.status_code == 400, f"{what}: {response.status_code} {response.content!r}"
    problem = response.json()
    assert problem["code"] in ("invalid", "statement_invalid", "malformed_json"), what
    assert problem["detail"], what
