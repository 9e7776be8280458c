"""The member's own part of the log: whole, in pages, checkable byte by byte (spec §6.4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from audit.entry import derive_commitment, derive_entry_hash
from audit.log import erase_commitments
from audit.models import Entry
from tests.vault.member import Member
from tests.vault.refusals import code
from tests.vault.renewal import Renewal
from vault import pagination
from vault.client.bytes import decode_base64

pytestmark = pytest.mark.django_db


def pages(member: Member) -> list[list[dict[str, Any]]]:
    """Return every page, read as a client does."""
    found, cursor = [], ""
    while True:
        page = member.get(f"activity?cursor={cursor}" if cursor else "activity").json()
        assert set(page) == {"next", "results"}
        found.append(page["results"])
        cursor = page["next"]
        if not cursor:
            return found


def entries(member: Member) -> list[dict[str, Any]]:
    """Return the entries, newest first, as their bytes say."""
    rows = [row for page in pages(member) for row in page]
    return [json.loads(decode_base64(row["entry"])) for row in rows]


def test_everything_about_a_member_and_nothing_else(owner: Member, stranger: Member) -> None:
    draft = owner.upload(5)
    stranger.upload(5)
    owner.begin_download(draft.version)
    assert owner.elsewhere().sign_in().status_code == 200
    found = entries(owner)
    assert [entry["operation"] for entry in found] == ["login", "download", "upload", "register"]
    assert {entry["user_id"] for entry in found} == {owner.user}
    assert [entry["operation"] for entry in entries(stranger)] == ["upload", "register"]


def test_a_client_can_check_every_entry(owner: Member) -> None:
    owner.upload(5)
    Renewal(owner).post()
    rows = pages(owner)[0]
    for row in rows:
        data = decode_base64(row["entry"])
        current = derive_entry_hash(bytes.fromhex(row["prev_hash"]), data)
        assert current.hex() == row["current_hash"]
        detail = json.loads(data)["detail"]
        opened = {
            each["name"]: derive_commitment(decode_base64(each["salt"]), each["value"])
            for each in row["commitments"]
        }
        assert opened.items() <= detail.items()
    registered = rows[-1]
    assert [each["name"] for each in registered["commitments"]] == ["address", "user_agent"]
    assert registered["commitments"][0]["value"] == "127.0.0.1"
    statements = {json.loads(decode_base64(row["entry"]))["statement"] for row in rows} - {""}
    stored = owner.get("statements").json()["results"]
    assert len(statements) == len(stored) == 4


def test_pages_leave_nothing_out(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        owner.make_folder()
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)
    found = pages(owner)
    assert [len(page) for page in found] == [2, 2, 1]
    seqs = [entry["seq"] for entry in entries(owner)]
    assert seqs == sorted(Entry.objects.values_list("seq", flat=True), reverse=True)


def test_an_erased_text_is_left_out(owner: Member) -> None:
    with transaction.atomic():
        erase_commitments(owner.user)
    found = pages(owner)[0]
    assert [row["commitments"] for row in found] == [[], []]
    assert "address" in entries(owner)[-1]["detail"]


def test_the_action_of_a_label_is_in_its_entry(owner: Member) -> None:
    folder, other = owner.make_folder(), owner.make_folder()
    for actions in (["trash"], ["trash", "trash"], ["restore", "rename"]):
        pairs = [
            owner.label_pair(file, action)
            for file, action in zip((folder, other), actions, strict=False)
        ]
        assert owner.post(owner.sign("label", pairs)).status_code == 201
    found = [entry["detail"].get("action") for entry in entries(owner)]
    assert found == [None, "trash", "trash", "create", "create", None]


def test_the_cost_in_queries_does_not_grow(
    owner: Member, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 6):
        while Entry.objects.count() < count:
            owner.make_folder()
        with django_assert_num_queries(5):
            assert len(pages(owner)[0]) == count


@pytest.mark.parametrize("cursor", ["x", "-1", "1.0", "+1", "%20", "9" * 17, "\u0661"])
def test_a_cursor_that_nobody_gave_out_is_refused(owner: Member, cursor: str) -> None:
    assert code(owner.get(f"activity?cursor={cursor}")) == (400, "invalid")
