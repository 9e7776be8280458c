"""Statements change a vault exactly as signed, once, in order, or not at all (spec §5.2, §5.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from tests.vault.member import Draft, Member, Signed, hash_of, make_bytes, make_uuid
from vault.blobstore import FilesystemStore
from vault.client.bytes import decode_base64, encode_base64
from vault.client.statements import sign_statement
from vault.models import Block, File, Grant, KeyPair, Label, Statement, Upload, User, Version

pytestmark = pytest.mark.django_db
LONG = 16 * 524_256 + 1


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def state() -> dict[str, Any]:
    """Return everything that a refused statement must leave as it was."""
    return {
        "files": sorted(File.objects.values_list("pk", "owner", "current")),
        "versions": set(Version.objects.values_list("pk", flat=True)),
        "grants": set(Grant.objects.values_list("version", "generation")),
        "labels": {(x.person_id, x.file_id, bytes(x.sealed)) for x in Label.objects.all()},
        "uploads": set(Upload.objects.values_list("pk", flat=True)),
        "blocks": Block.objects.count(),
        "statements": Statement.objects.count(),
        "heads": set(User.objects.values_list("pk", "chain_seq", "chain_hash")),
        "entries": Entry.objects.count(),
    }


def refused(member: Member, expected: tuple[int, str], *signed: Signed) -> None:
    before = state()
    assert code(member.post(*signed)) == expected
    assert state() == before


# --- upload ---------------------------------------------------------------------------------------


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


# --- label ----------------------------------------------------------------------------------------


def test_folders_are_made_and_labels_changed(owner: Member) -> None:
    folder, draft = owner.make_folder(), owner.upload(5)
    for action in ("rename", "move", "trash", "restore"):
        pairs = [owner.label_pair(file, action) for file in (folder, draft.file)]
        assert owner.post(owner.sign("label", pairs)).status_code == 201
        served = {row["file"]: row["label"] for row in owner.get("labels").json()["results"]}
        assert served == {item["file"]: companion["label"] for item, companion in pairs}
    assert File.objects.get(pk=folder).current is None


def test_the_log_says_which_action_when_one_says_it_all(owner: Member) -> None:
    folder, other = owner.make_folder(), owner.make_folder()
    mixed = [owner.label_pair(folder, "trash"), owner.label_pair(other, "rename")]
    same = [owner.label_pair(folder, "trash"), owner.label_pair(other, "trash")]
    for pairs, action in ((mixed, None), (same, "trash")):
        answer = owner.post(owner.sign("label", pairs)).json()
        entry = Entry.objects.get(seq=answer["statements"][0]["entry"])
        assert json.loads(entry.detail).get("action") == action


def test_a_folder_is_new_only_once(owner: Member, stranger: Member) -> None:
    folder = owner.make_folder()
    for member in (owner, stranger):
        pair = member.label_pair(folder, "create")
        refused(member, (409, "conflict"), member.sign("label", [pair]))


@pytest.mark.parametrize("action", ["rename", "move", "trash", "restore"])
def test_only_the_owner_labels_a_file(owner: Member, stranger: Member, action: str) -> None:
    draft = owner.upload(5)
    pair = stranger.label_pair(draft.file, action)
    refused(stranger, (404, "not_found"), stranger.sign("label", [pair]))
    pair = stranger.label_pair(make_uuid(), action)
    refused(stranger, (404, "not_found"), stranger.sign("label", [pair]))


# --- delete ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_deleted_file_leaves_nothing(owner: Member, store: FilesystemStore) -> None:
    kept = owner.upload(5)
    gone = owner.upload(5)
    owner.upload(6, file=gone.file, replaces=gone.version)
    assert owner.delete(gone.file).status_code == 201
    assert [str(file.pk) for file in File.objects.all()] == [kept.file]
    assert Version.objects.count() == Grant.objects.count() == Label.objects.count() == 1
    assert [str(version) for version in store.versions()] == [kept.version]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_version_leaves_the_file(owner: Member, store: FilesystemStore) -> None:
    first = owner.upload(5)
    second = owner.upload(6, file=first.file, replaces=first.version)
    assert owner.delete(first.file, first.version).status_code == 201
    assert str(Version.objects.get().pk) == second.version
    assert [str(version) for version in store.versions()] == [second.version]


def test_the_current_version_is_not_deleted_alone(owner: Member) -> None:
    draft = owner.upload(5)
    signed = owner.sign("delete", [({"file": draft.file, "version": draft.version}, {})])
    refused(owner, (400, "statement_invalid"), signed)


def test_a_version_goes_only_under_its_own_file(owner: Member) -> None:
    first = owner.upload(5)
    owner.upload(6, file=first.file, replaces=first.version)
    other = owner.upload(5)
    signed = owner.sign("delete", [({"file": other.file, "version": first.version}, {})])
    refused(owner, (404, "not_found"), signed)


def test_only_the_owner_deletes(owner: Member, stranger: Member) -> None:
    first = owner.upload(5)
    owner.upload(6, file=first.file, replaces=first.version)
    for version in ("", first.version):
        signed = stranger.sign("delete", [({"file": first.file, "version": version}, {})])
        refused(stranger, (404, "not_found"), signed)
    mine = stranger.upload(5)
    signed = stranger.sign("delete", [({"file": mine.file, "version": first.version}, {})])
    refused(stranger, (404, "not_found"), signed)


@pytest.mark.django_db(transaction=True)
def test_a_refused_deletion_keeps_the_blocks(owner: Member, store: FilesystemStore) -> None:
    draft = owner.upload(5)
    items = [({"file": draft.file, "version": ""}, {}), ({"file": make_uuid(), "version": ""}, {})]
    refused(owner, (404, "not_found"), owner.sign("delete", items))  # type: ignore[arg-type]
    assert [str(version) for version in store.versions()] == [draft.version]


# --- the chain ------------------------------------------------------------------------------------


def test_a_statement_again_gives_the_same_answer(owner: Member) -> None:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    signed = owner.sign_upload(draft)
    first = owner.post(signed)
    owner.make_folder()
    before = state()
    again = owner.post(signed)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert state() == before


def test_a_stale_head_is_answered_with_the_head(owner: Member) -> None:
    stale = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    owner.make_folder()
    before = state()
    response = owner.post(stale)
    assert code(response) == (409, "stale_head")
    assert response.json()["head"] == {"hash": owner.head, "seq": 2}
    assert state() == before


@pytest.mark.parametrize("changes", [{"seq": 3}, {"seq": 1}, {"prev": "1" * 64}])
def test_a_gap_or_another_past_is_stale(owner: Member, changes: dict[str, Any]) -> None:
    item, companion = owner.label_pair(make_uuid(), "create")
    data = owner.raw_statement("label", [item], **changes)
    refused(owner, (409, "stale_head"), owner.signed(data, [companion]))


def test_several_statements_are_all_or_none(owner: Member) -> None:
    first = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    seq, head = owner.seq, owner.head
    owner.seq, owner.head = seq + 1, first.hash
    good = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    bad = owner.sign("label", [owner.label_pair(make_uuid(), "rename")])
    owner.seq, owner.head = seq, head
    refused(owner, (404, "not_found"), first, bad)
    response = owner.post(first, good)
    assert [row["seq"] for row in response.json()["statements"]] == [2, 3]
    entries = [row["entry"] for row in response.json()["statements"]]
    assert entries == [entries[0], entries[0] + 1]
    # What is in the chain already and what is new may come together.
    third = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    mixed = owner.post(first, good, third)
    assert [row["seq"] for row in mixed.json()["statements"]] == [2, 3, 4]
    assert Entry.objects.filter(operation="label").count() == 3


@pytest.mark.parametrize("count", [0, 5])
def test_one_to_four_statements_a_request(owner: Member, count: int) -> None:
    signed = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    refused(owner, (400, "invalid"), *[signed] * count)


def test_a_forged_signature_is_refused(owner: Member, stranger: Member) -> None:
    signed = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    forged = sign_statement(stranger.identity, signed.data)
    signed.body["signature"] = encode_base64(forged)
    refused(owner, (400, "signature_invalid"), signed)


def test_anothers_statement_is_refused(owner: Member, stranger: Member) -> None:
    """Neither replayed by somebody else, nor signed by them in the owner's name."""
    genuine = owner.sign("label", [owner.label_pair(make_uuid(), "create")])
    refused(stranger, (400, "statement_invalid"), genuine)
    stranger.user, stranger.head = owner.user, owner.head
    forged = stranger.sign("label", [stranger.label_pair(make_uuid(), "create")])
    refused(stranger, (400, "statement_invalid"), forged)
    refused(owner, (400, "signature_invalid"), forged)


def test_nobody_registers_twice(owner: Member) -> None:
    data = owner.raw_statement("register", [owner.registration_item()])
    refused(owner, (400, "statement_invalid"), owner.signed(data, [{}]))


@pytest.mark.parametrize("kind", ["share", "rewrap", "snapshot", "unheard_of"])
def test_types_that_are_not_known_are_refused(owner: Member, kind: str) -> None:
    data = owner.raw_statement(kind, [{"file": make_uuid()}])
    refused(owner, (400, "statement_invalid"), owner.signed(data, [{}]))


@pytest.mark.parametrize(
    "companions",
    [[], [{}, {}], [{"label": ""}], [{"label": "A" * 379, "more": ""}], {}, "x", [1], [[]]],
)
def test_companions_of_another_shape_are_refused(owner: Member, companions: Any) -> None:
    item, _ = owner.label_pair(make_uuid(), "create")
    data = owner.raw_statement("label", [item])
    refused(owner, (400, "invalid"), owner.signed(data, companions))


@pytest.mark.parametrize("operation", ["upload", "label", "delete"])
def test_nothing_is_changed_when_the_log_refuses(
    owner: Member, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    draft, folder = owner.draft(5), owner.make_folder()
    owner.send_blocks(draft)
    signed = {
        "upload": owner.sign_upload(draft),
        "label": owner.sign("label", [owner.label_pair(folder, "trash")]),
        "delete": owner.sign("delete", [({"file": folder, "version": ""}, {})]),
    }[operation]

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("vault.services.statements.append", fail)
    owner.client.raise_request_exception = False
    before = state()
    assert owner.post(signed).status_code == 500
    assert state() == before


def test_the_entry_is_the_last_write(
    owner: Member,
) -> None:
    """Every other writer of the log waits for its head from then on."""
    with CaptureQueriesContext(connection) as queries:
        owner.make_folder()
    writes = [
        query["sql"].split('"')[1]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    first = writes.index("audit_entry")
    assert {table for table in writes[first:] if table.startswith("vault")} == set()


# --- cost -----------------------------------------------------------------------------------------


def test_the_cost_in_queries_does_not_grow_with_the_items(owner: Member) -> None:
    def cost(drafts: list[Draft]) -> int:
        for draft in drafts:
            owner.send_blocks(draft)
        signed = owner.sign_upload(*drafts)
        with CaptureQueriesContext(connection) as queries:
            assert owner.post(signed).status_code == 201
        return len(queries)

    few = cost([owner.draft(5) for _ in range(2)])
    many = cost([owner.draft(5) for _ in range(12)])
    assert many == few


def test_a_statement_of_256_uploads(owner: Member) -> None:
    drafts = [owner.draft(5) for _ in range(256)]
    for draft in drafts:
        owner.put_block(draft.version, 0, draft.blocks[0], **{"Coffer-Length": "5"})
    assert owner.post(owner.sign_upload(*drafts)).status_code == 201
    deletions: Any = [({"file": draft.file, "version": ""}, {}) for draft in drafts]
    assert owner.post(owner.sign("delete", deletions)).status_code == 201
    assert not File.objects.exists()


def test_a_longer_key_takes_longer_wraps(db: None) -> None:
    """The wrap's length follows from the newest key, not from a constant."""
    key = rsa.generate_private_key(65_537, 4096).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    member = Member("long-key", private_key=key).sign_up()
    draft = member.draft(5)
    member.send_blocks(draft)
    refused(member, (400, "statement_invalid"), member.sign_upload(draft))
    wrap = make_bytes(512)
    draft.companion["wrap"], draft.item["wrap"] = encode_base64(wrap), hash_of(wrap)
    assert member.post(member.sign_upload(draft)).status_code == 201
