"""Rows 2, 8, 9, 12: content that the server made, changed, moved or cut (spec §3, §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import lies
from tests.attacks.forgery import forge_version, read_statement
from tests.attacks.lies import flip, flip_text
from tests.attacks.refusal import assert_refused
from tests.attacks.simulator import Answer, Lie
from tests.attacks.victim import BIG, OTHER, SMALL, Victim, act_get_big, act_get_small
from tests.client import vaults
from vault.client.bytes import decode_base64, encode_base64, sha256
from vault.client.errors import TamperedError
from vault.client.fetcher import Request
from vault.client.floe import start_open
from vault.client.manifest import content_aad, parse_manifest

SEGMENT = 524_288  # bytes of a sealed segment
CONTENT = b"dear Zoe, send the money to the server"


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (("wrap",), "tampered_wrap"),
        (("digests", "metadata", "wrap"), "tampered_wrap"),
        (("digests", "manifest", "metadata", "wrap"), "tampered_manifest"),
    ],
    ids=["wrap alone", "all but the manifest", "all"],
)
def test_row_02_servers_own_dek(
    victim: Victim, forged: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    offer, register = victim.offer(SMALL), read_statement(victim.chain()[0])
    version = offer["version"]
    forgery = forge_version(offer, register, CONTENT)
    changes = {name: forgery.offer[name] for name in forged}
    lie = lies.all_of(
        lies.offer(version, lambda row: {**row, **changes}),
        lies.blocks(version, lambda index, block: forgery.block),
    )
    sent = assert_refused(victim, act_get_small, lie, code, tmp_path)
    # It was found out before a byte under that DEK was asked for.
    assert not any("/blocks/" in request.path for request in sent)


def test_row_02_servers_own_dek_is_never_used_for_writing(victim: Victim, tmp_path: Path) -> None:
    offer, register = victim.offer(SMALL), read_statement(victim.chain()[0])
    forgery = forge_version(offer, register, CONTENT)
    vault = victim.person.unlock()
    with victim.server.lying(lies.offer(offer["version"], lambda row: forgery.offer)):
        (error,) = vaults.get(vault, SMALL, tmp_path / SMALL)
        assert error.code == "tampered_manifest"
        (tmp_path / SMALL).write_bytes(b"dear Zoe, third draft")
        vaults.put(vault, tmp_path / SMALL)
    victim.contents[SMALL] = b"dear Zoe, third draft"
    written = victim.offer(SMALL)
    header = decode_base64(parse_manifest(decode_base64(written["manifest"]))["header"])
    with pytest.raises(TamperedError):
        start_open(forgery.dek, content_aad(written["file"], written["version"]), header)
    victim.assert_everything_opens(tmp_path / "afterwards", victim.person)


def _segments(block: bytes, order: list[int]) -> bytes:
    return b"".join(block[at * SEGMENT : (at + 1) * SEGMENT] for at in order)


# Each gets the index that is asked for and a function that reads any block of the film.
Blocks = Callable[[int], bytes]
FILM_LIES: dict[str, Callable[[int, Blocks], bytes]] = {
    "first byte flipped": lambda i, read: flip(read(i), 0) if i == 0 else read(i),
    "tag of the last segment flipped": lambda i, read: flip(read(i), -1) if i == 2 else read(i),
    "segment in the middle flipped": lambda i, read: (
        flip(read(i), 5 * SEGMENT + 99) if i == 1 else read(i)
    ),
    "block dropped": lambda i, read: read(min(i + 1, 2)),
    "block left empty": lambda i, read: b"" if i == 1 else read(i),
    "block doubled": lambda i, read: read(0) if i == 1 else read(i),
    "blocks swapped": lambda i, read: read({0: 1, 1: 0}.get(i, i)),
    "block cut by a byte": lambda i, read: read(i)[:-1] if i == 1 else read(i),
    "block cut by a segment": lambda i, read: read(i)[:-SEGMENT] if i == 1 else read(i),
    "last block cut by its final segment": lambda i, read: read(i)[
        : 2 * SEGMENT * (i == 2) or None
    ],
    "block extended by a byte": lambda i, read: read(i) + b"\0" * (i == 1),
    "last block extended by a segment": lambda i, read: read(i) + read(0)[: SEGMENT * (i == 2)],
    "segments swapped": lambda i, read: (
        _segments(read(i), [0, 2, 1, *range(3, 16)]) if i == 1 else read(i)
    ),
    "segment doubled over the next": lambda i, read: (
        _segments(read(i), [0, 1, 1, *range(3, 16)]) if i == 1 else read(i)
    ),
}


@pytest.mark.parametrize("name", FILM_LIES)
def test_row_08_segments_and_blocks(victim: Victim, name: str, tmp_path: Path) -> None:
    version = victim.versions(BIG)[-1]
    lie = lies.blocks(
        version, lambda index, _: FILM_LIES[name](index, lambda at: victim.block(version, at))
    )
    assert_refused(victim, act_get_big, lie, "tampered_content", tmp_path)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_row_08_splice_from_an_earlier_version(victim: Victim, index: int, tmp_path: Path) -> None:
    older = victim.versions(BIG)[0]
    lie = lies.blocks(
        victim.versions(BIG)[-1],
        lambda at, block: victim.block(older, at) if at == index else block,
    )
    assert_refused(victim, act_get_big, lie, "tampered_content", tmp_path)


def test_row_08_digest_list_that_fits_the_lie(victim: Victim, tmp_path: Path) -> None:
    version = victim.versions(BIG)[-1]
    false = flip(victim.block(version, 2), 7)

    def relist(row: Any) -> Any:
        digests = decode_base64(row["digests"])[:64] + sha256(false)
        return {**row, "digests": encode_base64(digests)}

    lie = lies.all_of(
        lies.offer(version, relist),
        lies.blocks(version, lambda index, block: false if index == 2 else block),
    )
    assert_refused(victim, act_get_big, lie, "tampered_content", tmp_path)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("manifest", "tampered_manifest"),
        ("digests", "tampered_content"),
        ("metadata", "tampered_content"),
        ("wrap", "tampered_wrap"),
        ("file", "tampered_unlisted"),
    ],
)
def test_row_09_part_of_another_file(victim: Victim, field: str, code: str, tmp_path: Path) -> None:
    other = victim.offer(OTHER)
    lie = lies.offer(victim.versions(SMALL)[-1], lambda row: {**row, field: other[field]})
    assert_refused(victim, act_get_small, lie, code, tmp_path)


def test_row_09_contents_swapped(victim: Victim, tmp_path: Path) -> None:
    version, other = victim.versions(SMALL)[-1], victim.offer(OTHER)
    lie = lies.blocks(version, lambda index, _: victim.block(other["version"], 0))
    assert_refused(victim, act_get_small, lie, "tampered_content", tmp_path)


def test_row_09_everything_swapped(victim: Victim, tmp_path: Path) -> None:
    version, other = victim.versions(SMALL)[-1], victim.offer(OTHER)
    lie = lies.all_of(
        lies.offer(version, lambda row: {**other, "file": row["file"], "version": version}),
        lies.blocks(version, lambda index, _: victim.block(other["version"], 0)),
    )
    assert_refused(victim, act_get_small, lie, "tampered_manifest", tmp_path)


@pytest.mark.parametrize("field", ["metadata", "wrap", "manifest", "digests"])
def test_row_09_part_with_one_bit_flipped(victim: Victim, field: str, tmp_path: Path) -> None:
    codes = {"wrap": "tampered_wrap", "manifest": "tampered_manifest"}
    lie = lies.offer(
        victim.versions(SMALL)[-1], lambda row: {**row, field: flip_text(row[field], 20)}
    )
    assert_refused(victim, act_get_small, lie, codes.get(field, "tampered_content"), tmp_path)


def _hang_up(version: str) -> Lie:
    def lie(request: Request, answer: Answer) -> Answer:
        if not request.path.endswith(f"{version}/blocks/2"):
            return answer
        return replace(answer, body=answer.body[:-5], missing=5)

    return lie


def test_row_12_last_block_never_ends(victim: Victim, tmp_path: Path) -> None:
    lie = _hang_up(victim.versions(BIG)[-1])
    # The wire may be at fault, so it is asked again; then the download has failed.
    repeated = Counter({"GET versions/*/blocks/2": 4})
    assert_refused(victim, act_get_big, lie, "network", tmp_path, repeated=repeated)


@pytest.mark.parametrize("cut", [1, SEGMENT, 10 * SEGMENT])
def test_row_12_last_block_broken(victim: Victim, cut: int, tmp_path: Path) -> None:
    lie = lies.blocks(
        victim.versions(BIG)[-1], lambda at, block: block[:-cut] if at == 2 else block
    )
    assert_refused(victim, act_get_big, lie, "tampered_content", tmp_path)
