"""Blocks arrive exactly as announced, in any order, any number of times (spec §6.2)."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.vault.drafts import Draft, digest_header, hash_of, make_bytes, make_uuid
from tests.vault.member import ROOT, Member
from vault.blobstore import FilesystemStore
from vault.models import Block, Upload

pytestmark = pytest.mark.django_db
BLOCK = 8_388_608
LONG = 16 * 524_256 + 1  # one whole block and one of 33 bytes


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def stored(store: FilesystemStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


@pytest.fixture
def opened(owner: Member) -> Draft:
    draft = owner.draft(5)
    assert owner.send("POST", "uploads", {"length": 5, "version": draft.version}).status_code == 201
    return draft


def test_opens_an_upload_once(owner: Member) -> None:
    version = make_uuid()
    body = {"length": LONG, "version": version}
    answer = {"length": LONG, "received": [], "version": version}
    first, second = owner.send("POST", "uploads", body), owner.send("POST", "uploads", body)
    assert (first.status_code, first.json()) == (201, answer)
    assert (second.status_code, second.json()) == (200, answer)
    assert owner.get(f"uploads/{version}").json() == answer


def test_lists_what_was_received(owner: Member) -> None:
    draft = owner.draft(LONG)
    owner.send("POST", "uploads", {"length": LONG, "version": draft.version})
    for index in (1, 0):
        response = owner.put_block(draft.version, index, draft.blocks[index])
        digest, size = hash_of(draft.blocks[index]), len(draft.blocks[index])
        assert response.status_code == 201
        assert response.json() == {"digest": digest, "index": index, "size": size}
    received = owner.get(f"uploads/{draft.version}").json()["received"]
    assert received == [
        {"digest": hash_of(block), "index": index} for index, block in enumerate(draft.blocks)
    ]


def test_an_upload_opened_otherwise_is_a_conflict(
    owner: Member, stranger: Member, opened: Draft
) -> None:
    other = {"length": 6, "version": opened.version}
    assert code(owner.send("POST", "uploads", other)) == (409, "conflict")
    same = {"length": 5, "version": opened.version}
    assert code(stranger.send("POST", "uploads", same)) == (409, "conflict")


def test_a_committed_version_is_a_conflict(owner: Member, stranger: Member) -> None:
    draft = owner.upload(5)
    body = {"length": 5, "version": draft.version}
    for member in (owner, stranger):
        assert code(member.send("POST", "uploads", body)) == (409, "conflict")


@pytest.mark.parametrize(
    "body",
    [
        {"length": -1},
        {"length": 2**42 + 1},
        {"length": 2**63},
        {"length": 1.5},
        {"length": "5"},
        {"length": True},
        {"length": None},
        {"version": "x"},
        {"version": make_uuid().upper()},
        {"owner": make_uuid()},
    ],
)
def test_other_shapes_are_refused(owner: Member, body: dict[str, Any]) -> None:
    response = owner.send("POST", "uploads", {"length": 5, "version": make_uuid(), **body})
    assert code(response) == (400, "invalid")
    assert not Upload.objects.exists()


def test_the_same_block_again_is_acknowledged(owner: Member, opened: Draft) -> None:
    (block,) = opened.blocks
    assert owner.put_block(opened.version, 0, block).status_code == 201
    assert owner.put_block(opened.version, 0, block).status_code == 200
    assert Block.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_other_bytes_take_the_place_of_a_block(
    owner: Member, opened: Draft, store: FilesystemStore
) -> None:
    first, second = opened.blocks[0], make_bytes(37)
    owner.put_block(opened.version, 0, first)
    assert owner.put_block(opened.version, 0, second).status_code == 201
    received = owner.get(f"uploads/{opened.version}").json()["received"]
    assert received == [{"digest": hash_of(second), "index": 0}]
    assert stored(store) == [f"0.{hash_of(second)}"]
    # And back again.
    assert owner.put_block(opened.version, 0, first).status_code == 201
    assert stored(store) == [f"0.{hash_of(first)}"]


def test_a_small_file_needs_one_request(owner: Member) -> None:
    draft = owner.draft(5)
    response = owner.put_block(draft.version, 0, draft.blocks[0], **{"Coffer-Length": "5"})
    assert response.status_code == 201
    assert owner.post(owner.sign_upload(draft)).status_code == 201


@pytest.mark.parametrize(
    ("length", "index", "expected"),
    [
        (str(LONG), 0, (400, "block_index")),
        ("5", 1, (400, "block_index")),
        ("-5", 0, (400, "invalid")),
        ("5.0", 0, (400, "invalid")),
        ("", 0, (400, "invalid")),
        ("٥", 0, (400, "invalid")),
        (str(2**63), 0, (400, "invalid")),
        ("6", 0, (400, "block_length")),
    ],
)
def test_the_header_opens_only_what_it_may(
    owner: Member, length: str, index: int, expected: tuple[int, str]
) -> None:
    block = make_bytes(37)
    response = owner.put_block(make_uuid(), index, block, **{"Coffer-Length": length})
    assert code(response) == expected
    assert not Block.objects.exists()


@pytest.mark.parametrize("size", [36, 38, 1000])
def test_another_length_is_refused_unread(
    owner: Member, opened: Draft, store: FilesystemStore, size: int
) -> None:
    response = owner.put_block(opened.version, 0, make_bytes(size))
    assert code(response) == (400, "block_length")
    assert stored(store) == []
    assert not Block.objects.exists()


def raw_put(owner: Member, version: str, body: bytes, **environ: str) -> Any:
    """PUT with an environment as the WSGI server would hand it over."""
    return owner.client.generic(
        "PUT",
        f"{ROOT}uploads/{version}/blocks/0",
        body,
        content_type="application/octet-stream",
        headers={"X-CSRFToken": owner.token, "Content-Digest": digest_header(body)},
        # As a real server's, this stream just ends where the bytes end.
        **{"wsgi.input": io.BytesIO(body), **environ},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("length", ["abc", "-37", "+37", "37.0", "3" * 30, "٣٧", str(BLOCK + 1)])
def test_a_length_that_is_none_is_refused(owner: Member, opened: Draft, length: str) -> None:
    response = raw_put(owner, opened.version, opened.blocks[0], CONTENT_LENGTH=length)
    assert code(response) == (400, "block_length")


def test_a_body_without_a_length_is_refused(owner: Member, opened: Draft) -> None:
    response = raw_put(
        owner, opened.version, opened.blocks[0], CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert code(response) == (411, "length_required")


def test_a_body_shorter_than_said_leaves_nothing(
    owner: Member, opened: Draft, store: FilesystemStore
) -> None:
    short = opened.blocks[0][:-1]
    response = raw_put(owner, opened.version, short, CONTENT_LENGTH="37")
    assert code(response) == (400, "block_length")
    assert stored(store) == []
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha-256=:AAAA:",
        "sha-512=:" + "A" * 43 + "=:",
        "sha-256=" + "A" * 43 + "=",
        "SHA-256=:" + "A" * 43 + "=:",
        "sha-256=:" + "A" * 42 + "B=:",  # unused bits set
        "sha-256=:" + "-" * 43 + "=:",
        "sha-256=:" + "A" * 43 + "=:, sha-256=:" + "A" * 43 + "=:",
        "sha-256=:" + "A" * 43 + "=:",  # well-formed, of other bytes
    ],
)
def test_a_wrong_digest_leaves_nothing(
    owner: Member, opened: Draft, store: FilesystemStore, header: str
) -> None:
    response = owner.put_block(opened.version, 0, opened.blocks[0], **{"Content-Digest": header})
    assert code(response) == (400, "block_digest")
    assert stored(store) == []
    assert not Block.objects.exists()


@pytest.mark.parametrize("index", [1, 2, 10**6, 10**30])
def test_a_block_that_cannot_be_is_refused(owner: Member, opened: Draft, index: int) -> None:
    path = f"{ROOT}uploads/{opened.version}/blocks/{index}"
    response = owner.client.put(
        path,
        opened.blocks[0],
        content_type="application/octet-stream",
        headers={"X-CSRFToken": owner.token, "Content-Digest": digest_header(opened.blocks[0])},
    )
    assert code(response) == (400, "block_index")


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data"])
def test_a_block_is_an_octet_stream(owner: Member, opened: Draft, content_type: str) -> None:
    response = owner.client.generic(
        "PUT",
        f"{ROOT}uploads/{opened.version}/blocks/0",
        opened.blocks[0],
        content_type=content_type,
        headers={
            "X-CSRFToken": owner.token,
            "Content-Digest": digest_header(opened.blocks[0]),
        },
    )
    assert code(response) == (415, "unsupported_media_type")


def test_nobody_else_sees_an_upload(stranger: Member, opened: Draft) -> None:
    assert code(stranger.get(f"uploads/{opened.version}")) == (404, "not_found")
    assert code(stranger.send("DELETE", f"uploads/{opened.version}")) == (404, "not_found")
    assert code(stranger.put_block(opened.version, 0, opened.blocks[0])) == (404, "not_found")
    assert Upload.objects.count() == 1
