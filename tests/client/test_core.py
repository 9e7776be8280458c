"""What no vector can say of the Python core: fresh randomness, field parsers, secrets in errors."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.client import blocks, canonical, errors, floe, oaep, passphrase, primitives, signatures
from vault.client.bytes import (
    decode_base64,
    decode_hex,
    decode_uuid,
    encode_base64,
    encode_hex,
)
from vault.client.padding import pad, unpad

SMALL = floe.Params(enc_seg_len=64, rotation_mask=20)
TEXT = b"some content of one segment"
AAD = b"coffer/v1/content"
JSON = st.recursive(
    st.booleans() | st.integers(0, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), inner)
    ),
    max_leaves=20,
)


@given(st.binary())
def test_bytes_survive_their_encodings(data: bytes) -> None:
    assert decode_base64(encode_base64(data)) == data
    assert decode_hex(encode_hex(data)) == data
    assert unpad(pad(data)) == data


@given(st.text())
def test_decoding_any_text_gives_its_one_value_or_a_coded_error(text: str) -> None:
    for decode, encode in ((decode_base64, encode_base64), (decode_hex, encode_hex)):
        with suppress(errors.FormatError):
            assert encode(decode(text)) == text


@given(JSON)
def test_json_values_survive(value: Any) -> None:
    assert canonical.decode_json(canonical.encode_json(value)) == value


@given(st.binary())
def test_any_bytes_are_canonical_json_or_a_coded_error(data: bytes) -> None:
    with suppress(errors.FormatError):
        assert canonical.encode_json(canonical.decode_json(data)) == data


@given(st.integers(0, 3 * 512), st.binary(max_size=64))
def test_content_of_any_length_survives(length: int, aad: bytes) -> None:
    key, plaintext = primitives.make_random(32), primitives.make_random(length)
    header, sealer = floe.start_seal(key, aad, SMALL)
    count = blocks.block_count(length, SMALL)
    pieces = [plaintext[i * 512 : (i + 1) * 512] for i in range(count)]
    sealed = [
        bytes(blocks.seal_block(sealer, i, piece, i == count - 1)) for i, piece in enumerate(pieces)
    ]
    assert sum(map(len, sealed)) == blocks.sealed_length(length, SMALL)
    opener = floe.start_open(key, aad, header, SMALL)
    # The last first: blocks do not depend on each other.
    opened = {i: blocks.open_block(opener, i, sealed[i], length) for i in reversed(range(count))}
    assert b"".join(opened[i] for i in range(count)) == plaintext


def test_coffers_own_parameters_are_those_of_the_specification() -> None:
    assert floe.COFFER == (524288, 20)
    header, _ = floe.start_seal(primitives.make_random(32), AAD)
    assert header[:10] == bytes.fromhex("00000008000000000020")


def test_randomness_is_of_the_length_asked_for_and_never_the_same() -> None:
    assert len(primitives.make_random(33)) == 33
    assert primitives.make_random(32) != primitives.make_random(32)
    uuids = {primitives.make_uuid() for _ in range(200)}
    assert len(uuids) == 200
    for uuid in uuids:
        decode_uuid(uuid)


def test_a_nonce_is_fresh_each_time() -> None:
    key = primitives.import_aead_key(primitives.make_random(32))
    assert len({primitives.seal_aead(key, AAD, TEXT)[:12] for _ in range(50)}) == 50
    _, state = floe.start_seal(primitives.make_random(32), AAD, SMALL)
    assert len({floe.seal_segment(state, 0, TEXT, True)[4:16] for _ in range(50)}) == 50


def test_a_message_key_is_not_in_a_states_repr() -> None:
    _, state = floe.start_seal(primitives.make_random(32), AAD)
    assert state.message_key.hex() not in repr(state)
    assert repr(state.message_key) not in repr(state)


def test_new_keys_work_together() -> None:
    seed = signatures.make_identity_key()
    public_key = signatures.derive_identity_public_key(seed)
    signature = signatures.sign(signatures.import_identity_key(seed), TEXT)
    signatures.verify_signature(public_key, TEXT, signature)
    pair = oaep.make_key_pair()
    assert oaep.derive_public_key(pair.private_key) == pair.public_key
    wrapped = oaep.wrap_oaep(oaep.parse_public_key(pair.public_key), AAD, TEXT)
    assert len(wrapped) == 384
    private_key = oaep.import_private_key(pair.private_key)
    assert oaep.unwrap_oaep(private_key, AAD, wrapped) == TEXT


def test_new_kdf_parameters_are_within_the_policy_and_have_a_salt_of_their_own() -> None:
    kdf = passphrase.make_kdf()
    assert passphrase.check_kdf(kdf) == kdf
    assert kdf["salt"] != passphrase.make_kdf()["salt"]


def test_a_recovery_key_survives_its_words() -> None:
    key = passphrase.make_recovery_key()
    assert passphrase.decode_recovery_words(passphrase.encode_recovery_words(key)) == key


@pytest.mark.parametrize(
    ("work", "secret"),
    [
        (passphrase.decode_recovery_words, "abandon " * 23 + "correcthorse"),
        (passphrase.encode_password, "correcthorse\ud800"),
        (passphrase.encode_password, "correcthorse" * 100),
    ],
)
def test_no_error_holds_what_was_typed(work: Callable[[str], object], secret: str) -> None:
    with pytest.raises(errors.CofferError) as caught:
        work(secret)
    # The chain of causes is part of what a log would hold.
    shown = "".join(traceback.format_exception(caught.value))
    assert "correcthorse" not in shown


def test_an_object_is_read_with_exactly_its_fields() -> None:
    parsers = {"a": canonical.parse_integer, "b": canonical.parse_text}
    assert canonical.parse_fields({"b": "x", "a": 1}, parsers) == {"a": 1, "b": "x"}
    refused: list[Any] = [
        {"a": 1},
        {"a": 1, "b": "x", "c": 1},
        {"a": 1, "c": "x"},
        {"a": "1", "b": "x"},
        {"a": 1, "b": 1},
        [],
        "x",
        1,
        True,
    ]
    for value in refused:
        with pytest.raises(errors.FormatError):
            canonical.parse_fields(value, parsers)


def test_single_values_are_read_with_their_type() -> None:
    uuid = primitives.make_uuid()
    assert canonical.parse_list([1, 2], canonical.parse_integer) == [1, 2]
    assert canonical.parse_uuid(uuid) == uuid
    assert canonical.parse_hash("0f" * 32) == "0f" * 32
    assert canonical.parse_bytes("_w", 1) == b"\xff"
    refused: list[tuple[Callable[[Any], object], Any]] = [
        (lambda value: canonical.parse_list(value, canonical.parse_integer), {"a": 1}),
        (lambda value: canonical.parse_list(value, canonical.parse_integer), ["1"]),
        (canonical.parse_uuid, uuid.upper()),
        (canonical.parse_uuid, 4),
        (canonical.parse_hash, "0f" * 31),
        (canonical.parse_hash, "0F" * 32),
        (lambda value: canonical.parse_bytes(value, 1), "____"),
        (canonical.parse_bytes, "_w=="),
        (canonical.parse_bytes, 1),
        (canonical.parse_integer, True),
        (canonical.parse_text, None),
    ]
    for parser, value in refused:
        with pytest.raises(errors.FormatError):
            parser(value)


def test_a_class_takes_no_code_of_another() -> None:
    with pytest.raises(ValueError, match="quota"):
        errors.FormatError("quota", "")
    assert type(errors.from_code("quota", "")) is errors.QuotaError
    assert type(errors.from_code("no_such_code", "")) is errors.CofferError
