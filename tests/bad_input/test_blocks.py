"""Blocks that are not as announced, uploads that cannot be: refused, nothing stored (spec §6.2)."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

import pytest

from tests.bad_input.unchanged import nothing_changes
from tests.vault.drafts import Draft, digest_header, make_bytes, make_uuid
from tests.vault.member import ROOT, Member

pytestmark = pytest.mark.django_db

BLOCK_SIZE = 8_388_608
LENGTH = 16 * 524_256 + 1  # one whole block and one of 33 bytes


@pytest.fixture
def opened(owner: Member) -> Draft:
    """Return a version of two blocks that is open and has its second block."""
    draft = owner.draft(LENGTH)
    assert owner.send("POST", "uploads", {"length": LENGTH, "version": draft.version}).json()
    assert owner.put_block(draft.version, 1, draft.blocks[1]).status_code == 201
    return draft


def put(owner: Member, path: str, block: bytes, **headers: str) -> Any:
    """Send a block to any address under `uploads/`."""
    return owner.client.put(
        f"{ROOT}uploads/{path}",
        block,
        content_type="application/octet-stream",
        headers={
            "X-CSRFToken": owner.token,
            "Content-Digest": digest_header(block),
            **headers,
        },
    )


@pytest.mark.parametrize(
    ("index", "status", "code"),
    [
        ("2", 400, "block_index"),
        ("1000000", 400, "block_index"),
        (str(2**31), 400, "block_index"),
        (str(2**63), 400, "block_index"),
        ("9" * 400, 400, "block_index"),
        ("-1", 404, "not_found"),
        ("+1", 404, "not_found"),
        ("1.0", 404, "not_found"),
        ("0x1", 404, "not_found"),
        ("one", 404, "not_found"),
        ("%00", 404, "not_found"),
        ("1%0d%0aX: y", 404, "not_found"),
        ("../0", 404, "not_found"),
    ],
)
def test_an_index_that_the_upload_does_not_have(
    owner: Member, opened: Draft, index: str, status: int, code: str
) -> None:
    with nothing_changes():
        response = put(owner, f"{opened.version}/blocks/{index}", opened.blocks[1])
    expect(response, status, code)


def test_a_gap_is_not_committed(owner: Member, opened: Draft) -> None:
    statement = owner.sign_upload(opened)
    with nothing_changes():
        response = owner.post(statement)
    expect(response, 409, "upload_incomplete")


@pytest.mark.parametrize("size", [1, 32, 34, 64, 524_288, BLOCK_SIZE, BLOCK_SIZE + 1])
def test_a_block_of_another_length(owner: Member, opened: Draft, size: int) -> None:
    with nothing_changes():
        response = put(owner, f"{opened.version}/blocks/1", bytes(size))
    expect(response, 400, "block_length")


@pytest.mark.parametrize(
    "said", ["-33", "+33", "33.0", "0x21", "33, 33", "33 33", str(2**63), "9" * 400, "٣٣", "nan"]
)
def test_a_length_that_is_none(owner: Member, opened: Draft, said: str) -> None:
    with nothing_changes():
        response = owner.client.put(
            f"{ROOT}uploads/{opened.version}/blocks/1",
            opened.blocks[1],
            content_type="application/octet-stream",
            headers={
                "X-CSRFToken": owner.token,
                "Content-Digest": digest_header(opened.blocks[1]),
            },
            CONTENT_LENGTH=said,
        )
    expect(response, 400, "block_length")


WRONG = make_bytes(33)
RIGHT = base64.b64encode(hashlib.sha256(WRONG).digest()).decode()


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "sha-256",
        "sha-256=::",
        f"sha-256=:{'A' * 43}=:",
        f"sha-256=:{RIGHT}",
        f"sha-256={RIGHT}",
        f"sha-256=:{RIGHT[:-1]}:",
        f"sha-256=:{RIGHT}:, sha-512=:{RIGHT}:",
        f"sha-512=:{RIGHT}:",
        f"SHA-256=:{RIGHT}:",
        f"sha-256=:{RIGHT.replace('=', '')}:",
        f"sha-256=:{hashlib.sha256(WRONG).hexdigest()}:",
        f"sha-256=: {RIGHT}:",
        "sha-256=:" + "A" * 100_000 + ":",
        # Unused bits that are not zero: a second form of one digest.
        f"sha-256=:{'A' * 42}B=:",
    ],
)
def test_a_digest_that_does_not_fit(owner: Member, opened: Draft, digest: str) -> None:
    with nothing_changes():
        response = put(owner, f"{opened.version}/blocks/1", WRONG, **{"Content-Digest": digest})
    expect(response, 400, "block_digest")


def test_a_compressed_block_is_taken_as_it_is(owner: Member, opened: Draft) -> None:
    """A gzip bomb: nothing unpacks it, so its length is that of its bytes."""
    bomb = gzip.compress(bytes(BLOCK_SIZE))
    with nothing_changes():
        response = put(owner, f"{opened.version}/blocks/0", bomb, **{"Content-Encoding": "gzip"})
    expect(response, 400, "block_length")


@pytest.mark.parametrize(
    "length", [-1, 2**42 + 1, 2**53, 2**63, 2**64, 10**400, 1.5, True, None, "5", [5], {}]
)
def test_a_file_of_no_length(owner: Member, length: Any) -> None:
    with nothing_changes():
        response = owner.send("POST", "uploads", {"length": length, "version": make_uuid()})
    assert response.status_code == 400
    assert response.json()["code"] in ("invalid", "malformed_json")


@pytest.mark.parametrize(
    "version",
    [
        "",
        "x",
        "0" * 36,
        "00000000-0000-0000-0000-000000000000",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "../../../../etc/passwd",
        "{3e7f1803-a726-496f-8a0b-027d41fd59c9}",
        "3e7f1803a726496f8a0b027d41fd59c9",
        "3E7F1803-A726-496F-8A0B-027D41FD59C9",
        "3e7f1803-a726-496f-8a0b-027d41fd59c9\n",
        "urn:uuid:3e7f1803-a726-496f-8a0b-027d41fd59c9",
        "３e7f1803-a726-496f-8a0b-027d41fd59c9",
    ],
)
def test_a_malformed_uuid(owner: Member, version: str) -> None:
    with nothing_changes():
        response = owner.send("POST", "uploads", {"length": 5, "version": version})
    expect(response, 400, "invalid")
    with nothing_changes():
        response = owner.send("POST", "downloads", {"versions": [version]})
    expect(response, 400, "invalid")


@pytest.mark.parametrize("capability", ["", "x", "A" * 8_000, "a:b:c", "\xff", "AA:1tgMab:AAAA"])
def test_a_capability_that_was_never_given(owner: Member, capability: str) -> None:
    version = owner.upload().version
    with nothing_changes():
        response = owner.get_block(version, 0, capability)
    expect(response, 403, "capability_invalid")


NUMBERS = ["-1", "+1", "1.0", "1_0", " 1", "٣", "9" * 400, str(2**63)]


@pytest.mark.parametrize("cursor", [*NUMBERS, "x", "", "%00", "%ff"])
@pytest.mark.parametrize("path", ["statements?after=", "statements?cursor=", "labels?cursor="])
def test_a_cursor_that_was_never_given(owner: Member, path: str, cursor: str) -> None:
    with nothing_changes():
        response = owner.get(path + cursor)
    expect(response, 400, "invalid")


def expect(response: Any, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code), response.content
