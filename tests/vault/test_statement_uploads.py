"""`upload` statements turn complete uploads into versions (spec §5.3)."""

from __future__ import annotations

import json

import pytest

from audit.models import Entry
from tests.vault.member import Member, hash_of, make_bytes, make_uuid
from tests.vault.refusals import refused
from vault.client.bytes import decode_base64, encode_base64
from vault.models import File, Grant, KeyPair, Label, Statement, Upload, User, Version

pytestmark = pytest.mark.django_db
LONG = 16 * 524_256 + 1


def test_an_upload_becomes_a_file(owner: Member) -> None:
    draft = owner.draft(LONG, thumbnail=284)
    owner.send_blocks(draft)
    signed = owner.sign_upload(draft)
    response = owner.post(signed)
    assert response.status_code == 201
    entry = Entry.objects.get(operation="upload")
    assert response.json() == {"statements": [{"entry": entry.seq, "hash": signed.hash, "seq": 2}]}
    assert (entry.user_id, entry.file_id, entry.statement) == (
        owner.user,
        draft.file,
        signed.hash,
    )
    version = Version.objects.get()
    assert str(version.pk) == draft.version
    assert (version.length, version.stored) == (LONG, sum(map(len, draft.blocks)))
    for name in ("digests", "metadata", "thumbnail", "manifest"):
        assert encode_base64(bytes(getattr(version, name))) == draft.companion[name]
    file = File.objects.get()
    assert (str(file.pk), file.current, str(file.owner_id)) == (draft.file, version, owner.user)
    grant = Grant.objects.get()
    assert (grant.version, str(grant.recipient_id), grant.generation) == (version, owner.user, 1)
    assert encode_base64(bytes(Label.objects.get().sealed)) == draft.companion["label"]
    assert not Upload.objects.exists()
    user = User.objects.get()
    assert (user.chain_seq, user.chain_hash) == (2, signed.hash)
    stored = Statement.objects.get(seq=2)
    assert bytes(stored.statement) == signed.data
    assert encode_base64(bytes(stored.signature)) == signed.body["signature"]


def test_an_empty_file_has_one_block(owner: Member) -> None:
    draft = owner.upload(0)
    assert [len(block) for block in draft.blocks] == [32]


def test_one_statement_commits_many_files(owner: Member) -> None:
    drafts = [owner.draft(5) for _ in range(3)]
    for draft in drafts:
        owner.send_blocks(draft)
    assert owner.post(owner.sign_upload(*drafts)).status_code == 201
    entry = Entry.objects.get(operation="upload")
    assert entry.file_id == ""
    assert json.loads(entry.detail)["files"] == 3
    assert File.objects.count() == 3


def test_a_new_version_takes_the_place_of_the_old(owner: Member) -> None:
    first = owner.upload(5)
    second = owner.upload(6, file=first.file, replaces=first.version)
    assert str(File.objects.get().current_id) == second.version
    assert Version.objects.count() == Grant.objects.count() == 2
    assert encode_base64(bytes(Label.objects.get().sealed)) == second.companion["label"]


def test_a_version_built_on_an_older_one_is_refused(owner: Member) -> None:
    first = owner.upload(5)
    owner.upload(6, file=first.file, replaces=first.version)
    late = owner.draft(7, file=first.file, replaces=first.version)
    owner.send_blocks(late)
    refused(owner, (409, "conflict"), owner.sign_upload(late))


def test_a_file_is_new_only_once(owner: Member, stranger: Member) -> None:
    first = owner.upload(5)
    for member in (owner, stranger):
        again = member.draft(5, file=first.file)
        member.send_blocks(again)
        refused(member, (409, "conflict"), member.sign_upload(again))


def test_a_folder_takes_no_version(owner: Member) -> None:
    draft = owner.draft(5, file=owner.make_folder(), replaces=make_uuid())
    owner.send_blocks(draft)
    refused(owner, (409, "conflict"), owner.sign_upload(draft))


def test_anothers_file_takes_no_version(owner: Member, stranger: Member) -> None:
    first = owner.upload(5)
    draft = stranger.draft(5, file=first.file, replaces=first.version)
    stranger.send_blocks(draft)
    refused(stranger, (404, "not_found"), stranger.sign_upload(draft))


def test_a_version_without_an_upload_is_refused(owner: Member) -> None:
    refused(owner, (404, "not_found"), owner.sign_upload(owner.draft(5)))


def test_anothers_upload_is_refused(owner: Member, stranger: Member) -> None:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    refused(stranger, (404, "not_found"), stranger.sign_upload(draft))


def test_a_missing_block_is_refused(owner: Member) -> None:
    draft = owner.draft(LONG)
    owner.send("POST", "uploads", {"length": LONG, "version": draft.version})
    for index in (None, 1):
        if index is not None:
            owner.put_block(draft.version, index, draft.blocks[index])
        refused(owner, (409, "upload_incomplete"), owner.sign_upload(draft))


def test_a_block_with_another_digest_is_refused(owner: Member) -> None:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    owner.put_block(draft.version, 0, make_bytes(37))
    refused(owner, (409, "upload_incomplete"), owner.sign_upload(draft))


def test_a_manifest_of_another_length_is_refused(owner: Member) -> None:
    draft = owner.draft(5)
    owner.send("POST", "uploads", {"length": 6, "version": draft.version})
    owner.put_block(draft.version, 0, make_bytes(38))
    refused(owner, (400, "statement_invalid"), owner.sign_upload(draft))


@pytest.mark.parametrize("name", ["digests", "label", "manifest", "metadata", "thumbnail", "wrap"])
def test_bytes_that_the_statement_does_not_name_are_refused(owner: Member, name: str) -> None:
    draft = owner.draft(5, thumbnail=284)
    owner.send_blocks(draft)
    data = bytearray(decode_base64(draft.companion[name]))
    data[-1] ^= 1
    draft.companion[name] = encode_base64(bytes(data))
    refused(owner, (400, "statement_invalid"), owner.sign_upload(draft))


def test_a_thumbnail_that_the_manifest_does_not_name_is_refused(owner: Member) -> None:
    without, with_one = owner.draft(5), owner.draft(5, thumbnail=284)
    for draft, thumbnail in ((without, make_bytes(284)), (with_one, b"")):
        owner.send_blocks(draft)
        draft.companion["thumbnail"] = encode_base64(thumbnail)
        refused(owner, (400, "statement_invalid"), owner.sign_upload(draft))


def test_two_files_contents_cannot_be_swapped(owner: Member) -> None:
    """A well-formed manifest of another version, named by its true hash."""
    one, two = owner.draft(5), owner.draft(5)
    for draft in (one, two):
        owner.send_blocks(draft)
    for key in ("digests", "metadata", "manifest"):
        one.companion[key], two.companion[key] = two.companion[key], one.companion[key]
    one.item["manifest"], two.item["manifest"] = two.item["manifest"], one.item["manifest"]
    refused(owner, (400, "statement_invalid"), owner.sign_upload(one, two))


@pytest.mark.parametrize("size", [385, 512])
def test_a_wrap_is_as_long_as_the_key(owner: Member, size: int) -> None:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    wrap = make_bytes(size)
    draft.companion["wrap"], draft.item["wrap"] = encode_base64(wrap), hash_of(wrap)
    refused(owner, (400, "statement_invalid"), owner.sign_upload(draft))


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("wrap", 383),
        ("wrap", 513),
        ("metadata", 1_053),
        ("metadata", 283),
        ("thumbnail", 65_565),
        ("label", 2_077),
        ("label", 0),
        ("manifest", 1_025),
    ],
)
def test_sizes_outside_their_bounds_are_refused(owner: Member, name: str, size: int) -> None:
    draft = owner.draft(5)
    draft.companion[name] = encode_base64(make_bytes(size))
    refused(owner, (400, "invalid"), owner.sign_upload(draft))


def test_an_older_or_future_generation_is_refused(owner: Member) -> None:
    User.objects.update(generation=2)
    KeyPair.objects.update(generation=2)
    draft = owner.draft(5)
    owner.send_blocks(draft)
    for generation in (1, 3):
        draft.item["generation"] = generation
        refused(owner, (409, "stale_generation"), owner.sign_upload(draft))
        item, companion = owner.label_pair(make_uuid(), "create")
        item["generation"] = generation
        refused(owner, (409, "stale_generation"), owner.sign("label", [(item, companion)]))


def test_one_bad_item_refuses_them_all(owner: Member) -> None:
    good, bad = owner.draft(5), owner.draft(5)
    owner.send_blocks(good)
    refused(owner, (404, "not_found"), owner.sign_upload(good, bad))
