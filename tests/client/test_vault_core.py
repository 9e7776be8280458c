"""What no vector can say of keys, labels, manifests, statements and the directory: any input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.strategies import HASH, ITEMS, NUMBER, TEXT
from tests.vectors.case import stream
from tests.vectors.vault import (
    FILE,
    OWNER_ID,
    SEEN,
    VERSION,
    chain,
    signed,
)
from vault.client.blocks import block_count
from vault.client.directory import (
    chain_head,
    new_directory,
    replay,
)
from vault.client.errors import CofferError, FormatError, TamperedError
from vault.client.filenames import MAX_FILE_NAME, safe_file_name
from vault.client.keyring import (
    make_keyring,
    open_keyring,
    renew_keyring,
    seal_cache,
    seal_keyring,
)
from vault.client.keys import import_cache_key, import_identity, make_generation
from vault.client.labels import open_label, seal_label
from vault.client.manifest import build_manifest, parse_manifest
from vault.client.metadata import open_metadata, seal_metadata
from vault.client.primitives import import_aead_key
from vault.client.slots import parse_slot
from vault.client.statements import build_statement, parse_statement
from vault.client.wraps import make_dek, seal_wrap

# A busy machine is not a failure.
PATIENT = settings(deadline=None)
KEY = import_aead_key(stream("key", 32))
LABELS = st.fixed_dictionaries(
    {
        "folder": st.sampled_from(["", FILE]),
        "modified": NUMBER,
        "name": TEXT.filter(lambda name: 1 <= len(name.encode()) <= 200),
        "size": NUMBER,
        "trashed": NUMBER,
        "type": TEXT.filter(lambda kind: len(kind.encode()) <= 100),
        "v": st.just(1),
    }
)


@PATIENT
@given(LABELS)
def test_labels_survive(label: Any) -> None:
    sealed = seal_label(KEY, OWNER_ID, FILE, label)
    assert open_label(KEY, OWNER_ID, FILE, sealed) == label
    # The size tells the padded length and nothing finer.
    assert (len(sealed) - 28) % 256 == 0


@PATIENT
@given(st.binary(max_size=3_000))
def test_any_bytes_are_no_label(data: bytes) -> None:
    with pytest.raises(TamperedError):
        open_label(KEY, OWNER_ID, FILE, data)


@PATIENT
@given(NUMBER, TEXT.filter(lambda kind: len(kind.encode()) <= 100), st.binary(max_size=99))
def test_manifests_and_metadata_survive(modified: int, kind: str, thumbnail: bytes) -> None:
    dek = make_dek()
    length = 524_257
    metadata = seal_metadata(
        dek, FILE, VERSION, {"modified": modified, "size": length, "type": kind, "v": 1}
    )
    data = build_manifest(
        {
            "file": FILE,
            "version": VERSION,
            "header": bytes(74),
            "length": length,
            "digests": bytes(32 * block_count(length)),
            "metadata": metadata,
            "thumbnail": thumbnail,
        }
    )
    manifest = parse_manifest(data)
    opened = open_metadata(dek, manifest, metadata)
    assert opened == {"modified": modified, "size": length, "type": kind, "v": 1}
    assert (manifest["thumbnail"] == "") == (thumbnail == b"")


@PATIENT
@given(ITEMS, NUMBER.filter(bool), NUMBER, HASH)
def test_statements_survive(change: tuple[str, Any], seq: int, time: int, prev: str) -> None:
    kind, item = change
    fields: Any = {
        "items": [item],
        "prev": prev,
        "seen": SEEN,
        "seq": seq,
        "time": time,
        "type": kind,
        "user": OWNER_ID,
    }
    assert parse_statement(build_statement(fields)) == {**fields, "v": 1}


@PATIENT
@given(st.data())
def test_no_damage_to_a_statement_is_read(data: st.DataObject) -> None:
    whole = chain()[0]
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    damaged = whole[:at] + bytes([byte]) + whole[at + 1 :]
    # What still has a form is another statement, and its signature fails.
    with pytest.raises(CofferError):
        replay(
            new_directory(OWNER_ID),
            [{"signature": signed(whole)["signature"], "statement": damaged}],
        )


@PATIENT
@given(st.binary())
def test_any_bytes_are_no_statement_and_no_manifest(data: bytes) -> None:
    for parse in (parse_statement, parse_manifest):
        with pytest.raises(FormatError):
            parse(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@PATIENT
@given(JSON | st.fixed_dictionaries({"kdf": JSON, "kind": JSON, "sealed": JSON}))
def test_any_json_is_no_slot(value: Any) -> None:
    with pytest.raises(CofferError):
        parse_slot(value)


@PATIENT
@given(st.text() | st.text("aux.con /\\:\r\n\u202e" + "\ud800é😀", max_size=600))
def test_file_names_are_safe_and_stay_so(name: str) -> None:
    safe = safe_file_name(name)
    assert 1 <= len(safe.encode()) <= MAX_FILE_NAME
    assert safe_file_name(safe) == safe
    assert safe[0] not in ". "
    assert safe[-1] not in ". "
    assert not set(safe) & set('/\\:*?"<>|\x00\r\n\x7f\u202e\u2066\u200b\u2028')


def test_everything_made_is_new_each_time() -> None:
    first, second = make_keyring(OWNER_ID), make_keyring(OWNER_ID)
    assert first["cache_key"] != second["cache_key"]
    assert first["generations"] != second["generations"]
    assert first["identity"] != second["identity"]
    assert seal_keyring(KEY, first) != seal_keyring(KEY, first)
    assert make_dek() != make_dek()
    assert make_generation(2)["generation"] == 2
    cache = import_cache_key(first["cache_key"])
    assert seal_cache(cache, OWNER_ID, "x", b"") != seal_cache(cache, OWNER_ID, "x", b"")


def test_a_made_keyring_is_one_that_opens() -> None:
    keyring = make_keyring(OWNER_ID)
    assert open_keyring(KEY, OWNER_ID, 1, seal_keyring(KEY, keyring)) == keyring


def test_a_renewed_keyring_keeps_what_the_old_one_opens() -> None:
    keyring = make_keyring(OWNER_ID)
    head = chain_head(replay(new_directory(OWNER_ID), [signed(chain()[0])]))
    renewed = renew_keyring(keyring, head)
    older, newest = renewed["generations"]
    assert older == keyring["generations"][0]
    assert newest["generation"] == 2
    assert newest["label_key"] != older["label_key"]
    assert newest["private_key"] != older["private_key"]
    assert renewed["chain"] == head
    same = {"cache_key", "identity", "log", "pins", "user", "v"}
    assert {name: renewed[name] for name in same} == {name: keyring[name] for name in same}  # type: ignore[literal-required]
    assert (keyring["revision"], len(keyring["generations"])) == (1, 1)
    assert open_keyring(KEY, OWNER_ID, 2, seal_keyring(KEY, renewed)) == renewed


def test_errors_hold_no_secret() -> None:
    """An error's text travels to logs and reports."""
    secret = "c2VjcmV0c2VjcmV0"
    attempts: list[Any] = [
        lambda: import_cache_key(secret),
        lambda: import_identity({"seed": secret}),
        lambda: seal_wrap(secret.encode(), secret.encode(), FILE, VERSION, OWNER_ID),
        lambda: open_keyring(KEY, OWNER_ID, 1, secret.encode()),
        lambda: seal_label(KEY, OWNER_ID, FILE, {"name": secret}),  # type: ignore[typeddict-item]
    ]
    for attempt in attempts:
        with pytest.raises(CofferError) as caught:
            attempt()
        error = caught.value
        assert secret not in f"{error!r} {error.__cause__!r} {error.__context__!r}"
