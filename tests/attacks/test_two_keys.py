"""Row 16: one ciphertext that opens under two DEKs (spec §3.1, §3.4)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.attacks import lies
from tests.attacks.collision import collide
from tests.attacks.forgery import read_statement
from tests.attacks.refusal import assert_refused
from tests.attacks.simulator import truth
from tests.attacks.victim import Victim, act_get_small, get, unlocked
from tests.client import vaults
from tests.client.person import Person
from vault.client import floe
from vault.client.bytes import decode_base64, encode_base64, encode_u32, encode_u64, sha256
from vault.client.changes import delete_changes, upload_changes
from vault.client.errors import TamperedError
from vault.client.manifest import content_aad
from vault.client.primitives import make_random, make_uuid
from vault.client.wraps import make_dek, seal_wrap

NAME = "contract.txt"
TEXT = b"I owe you 1 Euro"


class TwoFaced(NamedTuple):
    """A sealed block of one segment, the header under the first DEK, and both DEKs."""

    block: bytes
    header: bytes
    deks: tuple[bytes, bytes]


def _segment_key(state: floe.State) -> bytes:
    """DERIVE_KEY of FLOE for position 0; the real one keeps its result to itself."""
    purpose = b"DEK:" + encode_u64(0)
    return floe._floe_kdf(state.message_key, state.iv, state.aad, state.params, purpose)[:32]


def _make(aad: bytes) -> TwoFaced:
    deks = make_dek(), make_dek()
    start = floe.start_seal(deks[0], aad)
    _, other = floe._derive_start(deks[1], aad, start.state.iv, floe.COFFER)
    keys = _segment_key(start.state), _segment_key(other)
    nonce, segment_aad = make_random(12), encode_u64(0) + b"\x01"
    sealed = collide(*keys, nonce, segment_aad, TEXT)
    # The lie is real: bare AES-GCM opens it under both keys, to different texts.
    texts = [AESGCM(key).decrypt(nonce, sealed, segment_aad) for key in keys]
    assert texts[0].startswith(TEXT)
    assert not texts[1].startswith(TEXT)
    segment = encode_u32(len(sealed) + 16) + nonce + sealed
    # And FLOE's segments alone do not see it either.
    assert [floe.open_segment(state, 0, segment, True) for state in (start.state, other)] == texts
    return TwoFaced(segment, start.header, deks)


def test_row_16_header_commits_to_its_dek() -> None:
    aad = content_aad(make_uuid(), make_uuid())
    made = _make(aad)
    assert floe.start_open(made.deks[0], aad, made.header).iv in made.header
    with pytest.raises(TamperedError) as caught:
        floe.start_open(made.deks[1], aad, made.header)
    assert caught.value.code == "tampered_content"


def _store(victim: Victim, folder: Path, chosen: int) -> TwoFaced:
    """Have a hostile client of the member's store the two faces, wrapped under one of the DEKs."""
    (folder / NAME).write_bytes(os.urandom(2 * len(TEXT)))
    with unlocked(victim.person) as vault:
        (upload,), _ = vaults.send(vault, folder / NAME)
        made = _make(content_aad(upload.source.file, upload.version))
        vault.api.put_block(upload.version, 0, made.block)
        stored = replace(
            upload, header=made.header, dek=made.deks[chosen], digests=[sha256(made.block)]
        )
        vault.commit("upload", lambda: upload_changes(vault, [stored]))
    return made


def _delete(victim: Victim) -> None:
    with unlocked(victim.person) as vault:
        (file,) = [entry.file for entry in vault.entries() if entry.name == NAME]
        vault.commit("delete", lambda: delete_changes([file]))


def test_row_16_second_dek_of_the_server(victim: Victim, tmp_path: Path) -> None:
    made = _store(victim, tmp_path, chosen=0)
    offer, register = victim.offer(NAME), read_statement(victim.chain()[0])
    victim.contents[NAME] = _first_face(made, offer)
    public_key = decode_base64(register["items"][0]["public_key"])
    wrap = seal_wrap(public_key, made.deks[1], offer["file"], offer["version"], register["user"])
    lie = lies.offer(offer["version"], lambda row: {**row, "wrap": encode_base64(wrap)})
    assert_refused(victim, act_get_contract, lie, "tampered_wrap", tmp_path)
    _delete(victim)
    del victim.contents[NAME]


def test_row_16_second_dek_of_whoever_wrote_it(victim: Victim, tmp_path: Path) -> None:
    _store(victim, tmp_path, chosen=1)
    victim.broken.add(NAME)
    assert_refused(
        victim, act_get_contract, truth, "tampered_content", tmp_path, like=act_get_small
    )
    _delete(victim)
    victim.broken.remove(NAME)


def _first_face(made: TwoFaced, offer: dict[str, str]) -> bytes:
    aad = content_aad(offer["file"], offer["version"])
    state = floe.start_open(made.deks[0], aad, made.header)
    return floe.open_segment(state, 0, made.block, True)


def act_get_contract(person: Person, folder: Path) -> None:
    """Download the contract."""
    get(person, NAME, folder)
