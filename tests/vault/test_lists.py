"""Lists in pages that skip and repeat nothing, at a cost that does not grow (spec §6.3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.vault.member import Member, make_uuid
from vault import pagination

pytestmark = pytest.mark.django_db


def pages(member: Member, path: str) -> list[list[dict[str, Any]]]:
    """Return every page of a list, following its cursors."""
    found = []
    joint, cursor = "?" if "?" not in path else "&", ""
    while True:
        answer = member.get(path + (f"{joint}cursor={cursor}" if cursor else "")).json()
        found.append(answer["results"])
        cursor = answer["next"]
        if not cursor:
            return found


@pytest.fixture
def folders(owner: Member) -> list[str]:
    names = [make_uuid() for _ in range(7)]
    pairs = [owner.label_pair(name, "create") for name in names]
    assert owner.post(owner.sign("label", pairs)).status_code == 201
    return names


def test_labels_in_pages(
    owner: Member, stranger: Member, folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger.make_folder()
    for rows, sizes in ((1_000, [7]), (7, [7]), (6, [6, 1]), (3, [3, 3, 1])):
        monkeypatch.setattr(pagination, "PAGE_ROWS", rows)
        found = pages(owner, "labels")
        assert [len(page) for page in found] == sizes
        assert sorted(row["file"] for page in found for row in page) == sorted(folders)


def test_a_label_that_comes_or_goes_disturbs_no_other(
    owner: Member, folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "PAGE_ROWS", 3)
    first = owner.get("labels").json()
    seen = [row["file"] for row in first["results"]]
    owner.delete(seen[0])
    rest = owner.get(f"labels?cursor={first['next']}").json()
    assert {row["file"] for row in rest["results"]} <= set(folders) - set(seen)
    assert len(rest["results"]) == 3


def test_statements_in_order_of_seq(
    owner: Member, stranger: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        owner.make_folder()
    monkeypatch.setattr(pagination, "PAGE_ROWS", 4)
    found = pages(owner, "statements")
    assert [[row["seq"] for row in page] for page in found] == [[1, 2, 3, 4], [5, 6]]
    assert [row["seq"] for row in owner.get("statements?after=4").json()["results"]] == [5, 6]
    assert owner.get("statements?after=6").json() == {"next": "", "results": []}
    assert owner.get("statements?after=0").json() == owner.get("statements").json()
    assert [row["seq"] for page in pages(stranger, "statements") for row in page] == [1]


def test_a_cursor_goes_before_after(owner: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client may keep its parameters and add the cursor."""
    for _ in range(3):
        owner.make_folder()
    monkeypatch.setattr(pagination, "PAGE_ROWS", 2)
    found = pages(owner, "statements?after=1")
    assert [[row["seq"] for row in page] for page in found] == [[2, 3], [4]]


def test_a_page_of_long_statements_ends_earlier(
    owner: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        owner.make_folder()
    monkeypatch.setattr(pagination, "PAGE_BYTES", 1)
    assert [len(page) for page in pages(owner, "statements")] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "query",
    [
        "statements?after=-1",
        "statements?after=x",
        "statements?after=",
        "statements?after=1.5",
        "statements?after=1_0",
        "statements?after=%D9%A1",
        "statements?after=9007199254740992",
        "statements?after=99999999999999999999999",
        "statements?cursor=x",
        "statements?cursor=%00",
        "labels?cursor=x",
        "labels?cursor=1",
        "labels?cursor=%00",
    ],
)
def test_a_cursor_that_was_never_given_out_is_refused(owner: Member, query: str) -> None:
    response = owner.get(query)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", ["labels", "statements", "vault"])
def test_the_cost_in_queries_does_not_grow_with_the_rows(owner: Member, path: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(path).status_code == 200
        return len(queries)

    owner.make_folder()
    few = cost()
    for _ in range(10):
        owner.make_folder()
    assert cost() == few


def test_the_cost_of_a_download_does_not_grow_with_the_versions(owner: Member) -> None:
    drafts = [owner.upload(5) for _ in range(8)]

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert owner.begin_download(*[d.version for d in drafts[:count]]).status_code == 200
        return len(queries)

    assert cost(8) == cost(2)
