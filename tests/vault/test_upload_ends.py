"""Uploads that end otherwise than in a commit, and bodies that are never whole (spec §6.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.vault.drafts import Draft, digest_header, hash_of
from tests.vault.member import ROOT, Member
from vault.blobstore import FilesystemStore
from vault.models import Block, Upload
from vault.services.uploads import expire_uploads

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


@pytest.mark.django_db(transaction=True)
def test_discards_an_upload(owner: Member, opened: Draft, store: FilesystemStore) -> None:
    owner.put_block(opened.version, 0, opened.blocks[0])
    assert owner.send("DELETE", f"uploads/{opened.version}").status_code == 204
    assert stored(store) == []
    assert not Block.objects.exists()
    assert code(owner.get(f"uploads/{opened.version}")) == (404, "not_found")
    assert code(owner.send("DELETE", f"uploads/{opened.version}")) == (404, "not_found")
    assert code(owner.put_block(opened.version, 0, opened.blocks[0])) == (404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_abandoned_uploads_expire(owner: Member, opened: Draft, store: FilesystemStore) -> None:
    owner.put_block(opened.version, 0, opened.blocks[0])
    fresh = owner.draft(5)
    owner.send_blocks(fresh)
    now = datetime.now(UTC)
    Upload.objects.filter(pk=opened.version).update(touched_at=now - timedelta(hours=25))
    assert expire_uploads(now - timedelta(hours=24)) == 1
    assert [str(upload.pk) for upload in Upload.objects.all()] == [fresh.version]
    assert stored(store) == [f"0.{hash_of(fresh.blocks[0])}"]


def test_a_block_keeps_its_upload_alive(owner: Member, opened: Draft) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    Upload.objects.update(touched_at=long_ago)
    owner.put_block(opened.version, 0, opened.blocks[0])
    assert expire_uploads(datetime.now(UTC) - timedelta(hours=24)) == 0


def test_a_block_whose_bytes_went_missing_is_not_acknowledged(
    owner: Member, opened: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FilesystemStore, "holds", lambda *_args: False)
    assert code(owner.put_block(opened.version, 0, opened.blocks[0])) == (409, "conflict")
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("number", "expected"), [(28, (507, "quota")), (122, (507, "quota")), (5, (503, "unavailable"))]
)
def test_a_failing_disk_is_said_and_leaves_no_row(
    owner: Member,
    opened: Draft,
    store: FilesystemStore,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: tuple[int, str],
) -> None:
    def fail(_descriptor: int, _data: Any) -> int:
        raise OSError(number, "disk")

    monkeypatch.setattr("vault.blobstore.os.write", fail)
    assert code(owner.put_block(opened.version, 0, opened.blocks[0])) == expected
    assert stored(store) == []
    assert not Block.objects.exists()


def test_the_body_is_never_read_whole(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = owner.draft(LONG)
    owner.send("POST", "uploads", {"length": LONG, "version": draft.version})

    def fail(_request: Any) -> bytes:
        raise AssertionError("the whole body was read")

    monkeypatch.setattr("django.http.request.HttpRequest.body", property(fail))
    assert owner.put_block(draft.version, 0, draft.blocks[0]).status_code == 201


def test_an_anonymous_block_is_not_read(opened: Draft) -> None:
    response = Client().put(
        f"{ROOT}uploads/{opened.version}/blocks/0",
        opened.blocks[0],
        content_type="application/octet-stream",
        headers={"Content-Digest": digest_header(opened.blocks[0])},
    )
    assert code(response) == (401, "not_authenticated")
