"""A chain grows by what its member signed, once, in order, or not at all (spec §5.2)."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from tests.vault.member import Draft, Member, hash_of, make_bytes, make_uuid
from tests.vault.refusals import code, refused, state
from vault.client.bytes import encode_base64
from vault.client.statements import sign_statement
from vault.models import File

pytestmark = pytest.mark.django_db


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
