"""The verified chain, the listing held to it, signing onto a moving head (spec §5.2, §5.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.client import vaults
from tests.client.person import Interposed, Person
from vault.client.bytes import decode_base64, encode_base64
from vault.client.changes import label_changes
from vault.client.entries import find_entries
from vault.client.errors import ConflictError, TamperedError
from vault.client.fetcher import Request, Response
from vault.client.refused import RefusedError
from vault.client.statements import parse_statement
from vault.client.vault import Vault

_STRANGER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def device(owner: Person, tmp_path: Path) -> Person:
    """Return the owner on a second machine, signed in there."""
    device = owner.on_new_device(tmp_path / "device")
    device.session().sign_in(owner.username, owner.password)
    return device


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return three small files by name."""
    made = {name: tmp_path / f"{name}.txt" for name in ("one", "two", "three")}
    for name, path in made.items():
        path.write_text(name)
    return made


def _posted(between: Interposed) -> list[tuple[int, dict[str, object]]]:
    """The statements that were posted, parsed, with the status of each answer."""
    pairs = zip(between.requests, between.responses, strict=True)
    return [
        (response.status, dict(parse_statement(_statement(request))))
        for request, response in pairs
        if request.method == "POST" and request.path.endswith("/statements")
    ]


def _statement(request: Request) -> bytes:
    (posted,) = json.loads(request.body)["statements"]
    return decode_base64(posted["statement"])


def _move_to_trash(vault: Vault, name: str) -> None:
    (entry,) = find_entries(vault.entries(), [name], trashed=False)
    vault.commit("label", partial(label_changes, vault, [entry.file], "trash"))


def test_stale_head_is_verified_and_built_anew(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    between = Interposed(owner.url)
    vault = owner.unlock(between)
    vault.entries()
    (theirs,) = vaults.put(device.unlock(), files["one"])
    vaults.put(vault, files["two"])
    (refused, first), (accepted, second) = _posted(between)
    assert (refused, accepted) == (409, 201)
    assert (first["seq"], second["seq"]) == (2, 3)
    assert second["prev"] == vault.directory["chain"][1]
    assert theirs.version in vault.directory["versions"]
    assert vaults.names(device.unlock()) == ["one.txt", "two.txt"]


def test_label_is_built_on_what_the_other_device_did(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    vaults.put(owner.unlock(), files["one"])
    vault = owner.unlock()
    vault.entries()
    files["one"].write_text("one and a half")
    (theirs,) = vaults.put(device.unlock(), files["one"])
    _move_to_trash(vault, "one.txt")
    (entry,) = owner.unlock().entries()
    assert entry.is_trashed
    assert entry.label["size"] == len("one and a half")
    assert owner.unlock().directory["files"][entry.file]["current"] == theirs.version


def test_upload_replaces_the_version_that_is_current_when_signed(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    (first,) = vaults.put(owner.unlock(), files["one"])
    vault = owner.unlock()
    vault.entries()
    (second,) = vaults.put(device.unlock(), files["one"])
    (third,) = vaults.put(vault, files["one"])
    entry = owner.unlock().directory["files"][first.source.file]
    assert entry["versions"] == [first.version, second.version, third.version]


def test_file_that_went_to_the_trash_meanwhile_is_in_sight_after_a_put(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    vaults.put(owner.unlock(), files["one"])
    vault = owner.unlock()
    vault.entries()
    _move_to_trash(device.unlock(), "one.txt")
    vaults.put(vault, files["one"])
    assert vaults.names(owner.unlock()) == ["one.txt"]


def test_file_deleted_meanwhile_is_not_brought_back_by_a_label(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    vaults.put(owner.unlock(), files["one"])
    vault = owner.unlock()
    vault.entries()
    assert device.run("rm", "--forever", "one.txt").code == 0
    with pytest.raises(RefusedError, match="not_found"):
        _move_to_trash(vault, "one.txt")
    assert owner.names() == []


def test_several_processes_at_once_all_get_through(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    people = [owner, device, owner]
    running = [
        person.start("put", path) for person, path in zip(people, files.values(), strict=True)
    ]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert sorted(owner.names()) == ["one.txt", "three.txt", "two.txt"]


def test_head_that_never_holds_still_ends_in_a_conflict(
    owner: Person, files: dict[str, Path]
) -> None:
    def refuse(request: Request, response: Response) -> Response:
        if request.method == "POST" and request.path.endswith("/statements"):
            return Response(409, b'{"code":"stale_head","detail":""}')
        return response

    between = Interposed(owner.url, refuse)
    vault = owner.unlock(between)
    with pytest.raises(ConflictError):
        vaults.put(vault, files["one"])
    assert len(_posted(between)) == 5


def test_statement_slipped_in_behind_a_stale_head_is_never_signed_over(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    vaults.put(device.unlock(), files["one"])
    genuine = encode_base64(owner.unlock().chain[0]["signature"])
    forged: list[str] = []

    def slip_in(request: Request, response: Response) -> Response:
        if "/statements?after=2" in request.path:
            answer = json.loads(response.body)
            for row in answer["results"]:
                # What the server has: signatures of other statements.
                row["signature"] = genuine
                forged.append(row["statement"])
            return Response(200, json.dumps(answer).encode())
        return response

    between = Interposed(owner.url, slip_in)
    vault = owner.unlock(between)
    vault.entries()
    vaults.put(device.unlock(), files["two"])
    with pytest.raises(TamperedError) as caught:
        vaults.put(vault, files["three"])
    assert caught.value.code == "tampered_statement"
    assert len(forged) == 1
    assert [status for status, _ in _posted(between)] == [409]
    assert vaults.names(device.unlock()) == ["one.txt", "two.txt"]


def test_listing_is_read_again_before_anybody_is_accused(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    def commit_first(request: Request, response: Response) -> Response:
        if request.path.endswith("/labels") and len(between.responses) < 9:
            path = files["two"] if vaults.names(other) else files["one"]
            vaults.put(other, path)
            return Interposed(owner.url).fetch(request)
        return response

    other = device.unlock()
    between = Interposed(owner.url, commit_first)
    vault = owner.unlock(between)
    assert vaults.names(vault) == ["one.txt", "two.txt"]


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda rows: rows[:-1], "tampered_rollback"),
        (lambda rows: [*rows, rows[0]], "tampered_rollback"),
        (lambda rows: [{**rows[0], "file": _STRANGER}, rows[1]], "tampered_unlisted"),
        (
            lambda rows: [
                {**rows[0], "label": rows[1]["label"]},
                {**rows[1], "label": rows[0]["label"]},
            ],
            "tampered_label",
        ),
    ],
    ids=["left out", "twice", "invented", "swapped"],
)
def test_listing_that_lies_is_told_after_one_more_look_at_the_chain(
    owner: Person,
    files: dict[str, Path],
    lie: Callable[[list[dict[str, str]]], list[dict[str, str]]],
    code: str,
) -> None:
    vaults.put(owner.unlock(), files["one"], files["two"])

    def change(request: Request, response: Response) -> Response:
        if not request.path.endswith("/labels"):
            return response
        answer = json.loads(response.body)
        return Response(200, json.dumps({**answer, "results": lie(answer["results"])}).encode())

    between = Interposed(owner.url, change)
    vault = owner.unlock(between)
    asked = len(between.requests)
    with pytest.raises(TamperedError) as caught:
        vault.entries()
    assert caught.value.code == code
    paths = [request.path.partition("?")[0].split("/")[3] for request in between.requests[asked:]]
    assert paths == ["labels", "statements"]


def test_chain_without_the_mark_is_a_rollback(owner: Person, files: dict[str, Path]) -> None:
    vaults.put(owner.unlock(), files["one"])
    state = owner.profile / "profile.json"
    kept = json.loads(state.read_text())
    for mark in ({"seq": 3, "hash": "ab" * 32}, {"seq": 1, "hash": "ab" * 32}):
        state.write_text(json.dumps({**kept, "mark": mark}))
        result = owner.run("ls", "--json")
        assert (result.code, result.codes) == (3, ["tampered_rollback"])
        assert json.loads(state.read_text())["mark"] == mark


def test_next_command_reads_only_what_is_new(
    owner: Person, device: Person, files: dict[str, Path]
) -> None:
    assert owner.run("put", files["one"]).code == 0
    vaults.put(device.unlock(), files["two"])
    assert _asked_after(owner) == ["2"]
    assert owner.run("ls").code == 0
    assert _asked_after(owner) == ["3"]


@pytest.mark.parametrize("damage", [b"", b"x", b"flip"])
def test_damaged_cache_is_read_anew(owner: Person, files: dict[str, Path], damage: bytes) -> None:
    assert owner.run("put", files["one"]).code == 0
    cache = owner.profile / "cache"
    kept = bytearray(cache.read_bytes())
    kept[-20] ^= 1
    cache.write_bytes(kept if damage == b"flip" else damage)
    assert _asked_after(owner) == ["0"]
    assert owner.names() == ["one.txt"]


def _asked_after(person: Person) -> list[str]:
    """From which seq on the chain is read when the vault is unlocked."""
    between = Interposed(person.url)
    person.unlock(between)
    found = [request.path.partition("?after=")[2] for request in between.requests]
    return [after for after in found if after]
