"""An entry's bytes, hashes and commitments are exactly those of the specification (spec §7)."""

from __future__ import annotations

import hashlib

import pytest

from audit.entry import (
    MAX_ENTRY_BYTES,
    EntryError,
    Fields,
    decode_detail,
    decode_entry,
    derive_commitment,
    derive_entry_hash,
    derive_files_digest,
    derive_origin_hash,
    encode_detail,
    encode_entry,
    encode_salt,
)

FIELDS = Fields(
    seq=7,
    timestamp="2026-11-24T13:34:14.000012Z",
    operation="upload",
    user_id="3f1d2c3b-4a59-4687-9b7c-8d9eafb0c1d2",
    file_id="00000001-0000-4000-8000-000000000000",
    detail='{"kind":"ö","size":12}',
    statement="ab" * 32,
    salt="AAECAwQFBgcICQoLDA0ODw",
)
BYTES = (
    '{"detail":{"kind":"ö","size":12},"file_id":"00000001-0000-4000-8000-000000000000",'
    '"operation":"upload","salt":"AAECAwQFBgcICQoLDA0ODw","seq":7,"statement":"'
    + "ab"
    * 32
    + '","timestamp":"2026-11-24T13:34:14.000012Z",'
    '"user_id":"3f1d2c3b-4a59-4687-9b7c-8d9eafb0c1d2","v":1}'
).encode()


def test_the_bytes_are_canonical_json_of_the_fields() -> None:
    assert encode_entry(FIELDS) == BYTES
    assert decode_entry(BYTES) == FIELDS


def test_empty_fields_are_empty_text() -> None:
    bare = FIELDS._replace(user_id="", file_id="", statement="", detail="{}")
    assert decode_entry(encode_entry(bare)) == bare


def test_the_hashes_are_those_of_the_specification() -> None:
    first = hashlib.sha256(b"coffer/v1/log\x00localhost/coffer").digest()
    assert derive_origin_hash("localhost/coffer") == first
    assert derive_entry_hash(first, BYTES) == hashlib.sha256(first + BYTES).digest()
    # Fixed, so that no change of the code can move them: the format is frozen.
    assert derive_entry_hash(first, BYTES).hex() == (
        "329a6668f669922bf43b644b70f14828194964e9de46191295b2ae61b6688631"
    )


def test_a_commitment_binds_salt_and_text() -> None:
    salt = bytes(range(16))
    expected = hashlib.sha256(b"coffer/v1/commitment\x00" + salt + "ö".encode()).hexdigest()
    assert derive_commitment(salt, "ö") == expected
    assert derive_commitment(bytes(16), "ö") != expected


def test_the_digest_of_files_does_not_depend_on_their_order() -> None:
    first, second = FIELDS.file_id, FIELDS.user_id
    joined = bytes.fromhex(first.replace("-", "")) + bytes.fromhex(second.replace("-", ""))
    expected = hashlib.sha256(b"coffer/v1/files\x00" + joined).hexdigest()
    assert derive_files_digest([second, first]) == derive_files_digest([first, second]) == expected


@pytest.mark.parametrize("text", ["", "F" * 36, "{3f1d2c3b-4a59-4687-9b7c-8d9eafb0c1d2}", "x"])
def test_a_file_id_of_another_form_has_no_digest(text: str) -> None:
    with pytest.raises(EntryError):
        derive_files_digest([text])


def test_a_salt_is_base64url_without_padding() -> None:
    assert encode_salt(bytes(range(16))) == FIELDS.salt
    assert encode_salt(b"\xff" * 16) == "_" * 21 + "w"


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"seq": -1},
        {"seq": 2**53},
        {"timestamp": "2026-11-24T13:34:14Z"},
        {"timestamp": "2026-11-24 13:34:14.000012Z"},
        {"timestamp": "2026-11-24T13:34:14.000012+00:00"},
        {"operation": "Upload"},
        {"operation": ""},
        {"operation": "u" * 33},
        {"user_id": "mara"},
        {"user_id": "3F1D2C3B-4A59-4687-9B7C-8D9EAFB0C1D2"},
        {"file_id": '","v":1}'},
        {"file_id": "\ud800"},
        {"statement": "AB" * 32},
        {"statement": "ab"},
        {"salt": "AAECAwQFBgcICQoLDA0ODx"},
        {"salt": ""},
        {"detail": ""},
        {"detail": "[]"},
        {"detail": '{"a":null}'},
        {"detail": '{"a":true}'},
        {"detail": '{"a":{}}'},
        {"detail": '{"b":1,"a":1}'},
        {"detail": '{"a":"\ud800"}'},
        {"detail": '{"a":1},"v":{}'},
    ],
)
def test_fields_of_another_form_make_no_entry(change: dict[str, object]) -> None:
    with pytest.raises(EntryError):
        encode_entry(FIELDS._replace(**change))  # type: ignore[arg-type]


@pytest.mark.parametrize("seq", [b"9007199254740992", b"9999999999999999", b"0", b"07"])
def test_a_seq_outside_the_model_is_refused_in_bytes(seq: bytes) -> None:
    with pytest.raises(EntryError):
        decode_entry(BYTES.replace(b'"seq":7', b'"seq":' + seq))


def test_an_entry_fits_an_entry_bundle() -> None:
    room = MAX_ENTRY_BYTES - len(encode_entry(FIELDS._replace(detail='{"a":""}')))
    largest = FIELDS._replace(detail=encode_detail({"a": "x" * room}))
    assert len(encode_entry(largest)) == MAX_ENTRY_BYTES
    with pytest.raises(EntryError, match="longer"):
        encode_entry(largest._replace(detail=encode_detail({"a": "x" * (room + 1)})))


def test_a_decoded_detail_cannot_be_changed() -> None:
    """Answers are shared between callers, so one of them must not reach into another's."""
    with pytest.raises(TypeError):
        decode_detail('{"a":1}')["a"] = 2  # type: ignore[index]
