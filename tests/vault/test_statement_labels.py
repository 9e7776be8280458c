"""`label` and `delete` statements (spec §5.3)."""

from __future__ import annotations

import json

import pytest

from audit.models import Entry
from tests.vault.member import Member, make_uuid
from tests.vault.refusals import refused
from vault.blobstore import FilesystemStore
from vault.models import File, Grant, Label, Version

pytestmark = pytest.mark.django_db


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
