"""Downloads: logged before the first byte, read with a capability, ended with the grant (§6.2)."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

import pytest
from django.core import signing

from audit.models import Commitment, Entry, EntryItem
from tests.vault.member import Draft, Member, make_uuid
from vault.blobstore import FilesystemStore
from vault.models import Grant
from vault.services import downloads

pytestmark = pytest.mark.django_db
LONG = 16 * 524_256 + 1


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def body_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.fixture
def draft(owner: Member) -> Draft:
    return owner.upload(LONG, thumbnail=284)


@pytest.fixture
def capability(owner: Member, draft: Draft) -> str:
    text: str = owner.begin_download(draft.version).json()["capability"]
    return text


def test_what_was_uploaded_comes_back(owner: Member, draft: Draft) -> None:
    answer = owner.begin_download(draft.version).json()
    names = ("digests", "manifest", "metadata", "thumbnail", "wrap")
    assert answer["versions"] == [
        {
            **{name: draft.companion[name] for name in names},
            "file": draft.file,
            "generation": 1,
            "version": draft.version,
        }
    ]
    for index, block in enumerate(draft.blocks):
        response = owner.get_block(draft.version, index, answer["capability"])
        assert body_of(response) == block
        assert response["Content-Length"] == str(len(block))
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Cache-Control"] == "no-store, private"
        assert response["X-Content-Type-Options"] == "nosniff"


def test_versions_come_in_the_order_asked_for(owner: Member) -> None:
    drafts = [owner.upload(5) for _ in range(3)]
    asked = [drafts[index].version for index in (2, 0, 1)]
    answer = owner.begin_download(*asked).json()
    assert [row["version"] for row in answer["versions"]] == asked
    for each in drafts:
        assert body_of(owner.get_block(each.version, 0, answer["capability"])) == each.blocks[0]


def test_a_download_is_logged_once_and_before(owner: Member, draft: Draft) -> None:
    other = owner.upload(5)
    answer = owner.begin_download(draft.version, other.version).json()
    (entry,) = Entry.objects.filter(operation="download")
    assert (entry.user_id, json.loads(entry.detail)["versions"]) == (owner.user, 2)
    files = EntryItem.objects.filter(seq=entry.seq).values_list("file_id", flat=True)
    assert set(files) == {draft.file, other.file}
    committed = Commitment.objects.filter(seq=entry.seq).values_list("name", flat=True)
    assert set(committed) == {"address", "user_agent"}
    body_of(owner.get_block(draft.version, 0, answer["capability"]))
    assert Entry.objects.filter(operation="download").count() == 1


def test_nothing_is_given_when_it_cannot_be_logged(
    owner: Member, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr(downloads, "append", fail)
    owner.client.raise_request_exception = False
    response = owner.begin_download(draft.version)
    assert response.status_code == 500
    assert "capability" not in response.json()


def test_one_version_that_is_not_theirs_refuses_all(
    owner: Member, stranger: Member, draft: Draft
) -> None:
    mine = stranger.upload(5)
    for asked in ([draft.version], [mine.version, draft.version], [make_uuid()]):
        assert code(stranger.begin_download(*asked)) == (404, "not_found")
    assert not Entry.objects.filter(operation="download").exists()


@pytest.mark.parametrize("count", [0, 257])
def test_one_to_256_versions(owner: Member, count: int) -> None:
    versions = [make_uuid() for _ in range(count)]
    assert code(owner.begin_download(*versions)) == (400, "invalid")


def test_a_version_named_twice_is_refused(owner: Member, draft: Draft) -> None:
    assert code(owner.begin_download(draft.version, draft.version)) == (400, "invalid")


def test_a_capability_for_256_versions_fits_into_a_header(owner: Member) -> None:
    drafts = [owner.draft(0) for _ in range(256)]
    for each in drafts:
        owner.put_block(each.version, 0, each.blocks[0], **{"Coffer-Length": "0"})
    assert owner.post(owner.sign_upload(*drafts)).status_code == 201
    answer = owner.begin_download(*[each.version for each in drafts]).json()
    # gunicorn takes header fields of at most 8,190 bytes.
    assert len(f"Coffer-Capability: {answer['capability']}\r\n") < 8_190
    assert body_of(owner.get_block(drafts[255].version, 0, answer["capability"]))


def test_a_capability_is_for_its_versions_alone(owner: Member, capability: str) -> None:
    other = owner.upload(5)
    assert code(owner.get_block(other.version, 0, capability)) == (403, "capability_invalid")


def test_a_leaked_capability_is_worth_nothing(
    stranger: Member, draft: Draft, capability: str
) -> None:
    assert code(stranger.get_block(draft.version, 0, capability)) == (403, "capability_invalid")


@pytest.mark.parametrize("change", ["", "x", "flip", "cut", "no time", "é"])
def test_a_made_up_capability_is_refused(
    owner: Member, draft: Draft, capability: str, change: str
) -> None:
    payload, moment, signature = capability.split(":")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    other = {
        "flip": f"{payload}:{moment}:{flipped}",
        "cut": capability[:-1],
        "no time": f"{payload}:{signature}",
    }.get(change, change)
    assert code(owner.get_block(draft.version, 0, other)) == (403, "capability_invalid")


def test_another_signature_of_this_server_is_no_capability(owner: Member, draft: Draft) -> None:
    """A session or reset token signed with the same key, or a payload of another form."""
    elsewhere = signing.TimestampSigner(salt="another purpose")
    own = signing.TimestampSigner(salt="coffer/v1/capability")
    for text in (elsewhere.sign("AAAA"), own.sign("AAA="), own.sign(""), own.sign("AAAA")):
        assert code(owner.get_block(draft.version, 0, text)) == (403, "capability_invalid")


def test_a_capability_lasts_an_hour(
    owner: Member, draft: Draft, capability: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3_590)
    assert body_of(owner.get_block(draft.version, 0, capability)) == draft.blocks[0]
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3_610)
    assert code(owner.get_block(draft.version, 0, capability)) == (403, "capability_invalid")


def test_a_revoked_grant_ends_a_running_download(
    owner: Member, draft: Draft, capability: str
) -> None:
    Grant.objects.all().delete()
    assert code(owner.get_block(draft.version, 0, capability)) == (404, "not_found")


def test_a_deleted_file_ends_a_running_download(
    owner: Member, draft: Draft, capability: str
) -> None:
    owner.delete(draft.file)
    assert code(owner.get_block(draft.version, 0, capability)) == (404, "not_found")


@pytest.mark.parametrize("index", [2, 10**6, 2**63, 10**30])
def test_a_block_that_is_not_there(
    owner: Member, draft: Draft, capability: str, index: int
) -> None:
    assert code(owner.get_block(draft.version, index, capability)) == (404, "not_found")


def test_lost_bytes_are_an_alarm_not_an_empty_file(
    owner: Member, draft: Draft, capability: str, store: FilesystemStore
) -> None:
    store.remove_version(UUID(draft.version))
    assert code(owner.get_block(draft.version, 0, capability)) == (503, "unavailable")


def test_the_newest_wrap_is_served_while_keys_are_replaced(owner: Member, draft: Draft) -> None:
    newer = Grant.objects.get()
    newer.pk, newer.generation, newer.wrap = None, 2, bytes(384)
    newer.save()
    answer = owner.begin_download(draft.version)
    assert [row["generation"] for row in answer.json()["versions"]] == [2]
    capability = answer.json()["capability"]
    assert body_of(owner.get_block(draft.version, 0, capability)) == draft.blocks[0]
