"""Row 21: names made to attack a terminal or a disk (spec §4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks import lies
from tests.attacks.names import NAMES, safe, store_names
from tests.attacks.refusal import assert_refused
from tests.attacks.simulator import Lie, MaliciousServer
from tests.attacks.victim import Victim, act_get_small, act_list, act_unlock
from tests.client.person import Person, new_person
from vault.client.bytes import encode_base64
from vault.client.errors import FormatError
from vault.client.labels import seal_label
from vault.client.primitives import import_aead_key, make_uuid

ESCAPE = "\x1b]0;attacked\x07\x1b[2J"
MEGABYTE = 1 << 20


@pytest.fixture
def member(malicious: MaliciousServer, tmp_path: Path) -> Person:
    """Return a member whose files have such names."""
    sources = tmp_path / "sources"
    sources.mkdir()
    person = new_person(malicious.url, tmp_path, "named").join()
    store_names(person, sources)
    return person


def test_row_21_names_are_shown_inert(member: Person) -> None:
    shown = member.run("ls")
    assert (shown.code, shown.err) == (0, "")
    assert len(shown.out.splitlines()) == len(NAMES) + 1
    assert _active(shown.out.replace("\n", "")) == set()
    # A program gets them exactly.
    assert sorted(member.names()) == sorted(NAMES.values())


def test_row_21_names_are_saved_in_the_folder_and_nowhere_else(
    member: Person, tmp_path: Path
) -> None:
    target = tmp_path / "a" / "b"
    target.mkdir(parents=True)
    files = [row["file"] for row in member.run("ls", "--json").json["files"]]
    saved = member.run("get", *files, "-o", target)
    assert saved.code == 0, saved.err
    assert _active(saved.out.replace("\n", "")) == set()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    expected = {safe(key): key for key in NAMES}
    assert {path.name: path.read_text() for path in target.iterdir()} == expected
    assert not Path("/tmp/attacked.txt").exists()  # noqa: S108  where one of the names points


def _active(text: str) -> set[str]:
    """What could move a cursor, reverse text or hide in it."""
    return {each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Zl", "Zp")}


def test_row_21_servers_words_are_not_shown(malicious: MaliciousServer, member: Person) -> None:
    lie = lies.refusing("GET", "labels", 400, code="forbidden", detail=ESCAPE + "pay here")
    with malicious.lying(lie):
        result = member.run("ls")
    assert (result.code, result.out) == (1, "")
    assert _active(result.err.replace("\n", "")) == set()
    assert "pay here" not in result.err


@pytest.mark.parametrize(
    "code", [ESCAPE, "__proto__", "x" * MEGABYTE, "tampered_content", "wrong_key"], ids=range(5)
)
def test_row_21_codes_of_the_server(victim: Victim, code: str, tmp_path: Path) -> None:
    lie = lies.refusing("GET", "session", 400, code=code, detail=ESCAPE)
    # What is no code, and what only a client can find out, counts as no answer.
    assert_refused(victim, act_unlock, lie, "network", tmp_path)


@pytest.mark.parametrize(
    "token", ["€", "a\r\nX-Other: b", "\ud800", "\0", "x" * 8_001], ids=range(5)
)
@pytest.mark.parametrize(
    "make",
    [
        lambda token: lies.answering(
            "POST", "downloads", lambda body: {**body, "capability": token}
        ),
        lambda token: lies.answering("GET", "session", lambda body: {**body, "csrf_token": token}),
        lambda token: lies.answering("GET", "labels", lambda body: {**body, "next": token}),
    ],
    ids=["capability", "csrf_token", "next"],
)
def test_row_21_tokens_of_the_server(
    victim: Victim, make: Callable[[str], Lie], token: str, tmp_path: Path
) -> None:
    assert_refused(victim, act_get_small, make(token), "format", tmp_path)


def test_row_21_label_of_a_megabyte(victim: Victim, tmp_path: Path) -> None:
    huge = encode_base64(bytes(MEGABYTE))
    lie = lies.listing(lambda rows: [{**rows[0], "label": huge}, *rows[1:]])
    assert_refused(victim, act_list, lie, "tampered_label", tmp_path)


@pytest.mark.parametrize("name", [ESCAPE, "x" * MEGABYTE, "<b>", "__proto__"], ids=range(4))
def test_row_21_username_of_the_server(victim: Victim, name: str, tmp_path: Path) -> None:
    lie = lies.vault(lambda body: {**body, "username": name})
    assert_refused(victim, act_unlock, lie, "tampered_key", tmp_path)


@pytest.mark.parametrize("name", ["", "n" * 1_025, "\ud800", "n" * MEGABYTE], ids=range(4))
def test_row_21_names_that_no_client_seals(name: str) -> None:
    fields = {"folder": "", "modified": 0, "size": 0, "trashed": 0, "type": "", "v": 1}
    with pytest.raises(FormatError):
        seal_label(import_aead_key(bytes(32)), make_uuid(), make_uuid(), {**fields, "name": name})  # type: ignore[typeddict-item]
