"""The log in the admin: who sees it, that nobody changes it, how it is found (spec §7)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from audit.models import Entry
from audit.operations import Operation
from tests.audit.case import (
    FILES,
    OWNER,
    SIZE,
    STATEMENT,
    STRANGER,
    WITH_COMMITMENTS,
    WITH_FILES,
    append,
    fill_log,
    tamper,
)
from vault.models import User

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/entry/"
PAGES = [LIST, "/admin/audit/entry/7/change/", "/admin/audit/verification/"]


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    fill_log()


def show(client: Client, url: str = LIST, **parameters: object) -> str:
    """Return a page, which must be there."""
    answer = client.get(f"{url}?{urlencode(parameters)}" if parameters else url)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def listed(client: Client, **parameters: object) -> list[int]:
    """Return the seqs on a page of the list."""
    return [int(seq) for seq in re.findall(r"entry/(\d+)/change/", show(client, **parameters))]


@pytest.mark.parametrize("page", PAGES)
def test_staff_with_the_permission_see_it(page: str, operator: Client, auditor: Client) -> None:
    show(operator, page)
    show(auditor, page)


@pytest.mark.parametrize("page", PAGES)
def test_staff_without_the_permission_are_refused(page: str, clerk: Client) -> None:
    assert clerk.get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_members_and_the_anonymous_are_sent_to_the_login_page(page: str, member: Client) -> None:
    for client in (member, Client()):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("model", ["entry", "verification"])
def test_not_even_a_superuser_can_add_change_or_delete(model: str, operator: Client) -> None:
    base = f"/admin/audit/{model}/"
    assert operator.get(f"{base}add/").status_code == 403
    assert operator.post(f"{base}add/", {"seq": 99}).status_code == 403
    append()
    operator.post("/admin/audit/entry/verify/")
    assert operator.post(f"{base}1/change/", {"operation": "logout"}).status_code == 403
    assert operator.get(f"{base}1/delete/").status_code == 403
    assert operator.post(f"{base}1/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": ["1"], "post": "yes"}
    operator.post(base, chosen)
    assert Entry.objects.get(seq=1).operation == "upload"


def test_no_permission_to_change_the_log_exists() -> None:
    names = Permission.objects.filter(content_type__app_label="audit")
    assert set(names.values_list("codename", flat=True)) == {"view_entry", "view_verification"}


def test_the_newest_come_first(operator: Client) -> None:
    assert listed(operator) == list(range(SIZE, 0, -1))
    assert listed(operator, o="0") == list(range(1, SIZE + 1))


def test_the_list_speaks_in_words(operator: Client) -> None:
    User.objects.create(id=OWNER, username="owner", kind=User.Kind.MEMBER)
    page = show(operator)
    assert "File uploaded" in page
    assert "Signed in" in page
    assert ">owner</a>" in page
    assert "3 files" in page
    assert Entry.objects.get(seq=3).current_hash[:12] in page


def test_a_user_without_an_account_is_shown_by_id(operator: Client) -> None:
    assert f">{OWNER[:8]}</a>" in show(operator)


@pytest.mark.parametrize(
    ("term", "seqs"),
    [
        ("7", [7]),
        (" 12 ", [12]),
        ("13", []),
        ("0", []),
        ("9" * 18, []),
        ("9" * 5000, []),
        (OWNER, list(range(SIZE, 0, -1))),
        (OWNER.upper(), list(range(SIZE, 0, -1))),
        (STRANGER, []),
        (FILES[2], [WITH_FILES]),
        (FILES[0], [seq for seq in range(SIZE, 0, -1) if seq != WITH_COMMITMENTS]),
        (FILES[4], []),
        (STATEMENT, [seq for seq in range(SIZE, 0, -1) if seq != WITH_COMMITMENTS]),
        ("cd" * 32, []),
        ("owner", list(range(SIZE, 0, -1))),
        ("own", []),
        ("%", []),
        ("'; --", []),
        ("\ud800".encode("utf-8", "surrogatepass"), []),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_search_finds_exactly_what_is_named(
    term: str | bytes, seqs: list[int], operator: Client
) -> None:
    User.objects.create(id=OWNER, username="owner", kind=User.Kind.MEMBER)
    assert listed(operator, q=term) == seqs


def test_a_file_id_in_the_list_leads_to_its_history(operator: Client) -> None:
    assert f'href="{LIST}?q={FILES[0]}"' in show(operator)


def test_operations_can_be_filtered(operator: Client) -> None:
    assert listed(operator, operation="login") == [WITH_COMMITMENTS]
    assert listed(operator, operation="label", q=OWNER) == [WITH_FILES]
    assert listed(operator, operation="logout") == []


def test_the_filter_offers_every_operation(operator: Client) -> None:
    page = show(operator)
    for operation in Operation:
        assert f'<option value="{operation.value}">{operation.label}</option>' in page


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"since": "2026-03-01"}, 3),
        ({"since": "2026-03-02"}, 2),
        ({"until": "2026-03-01"}, 1),
        ({"until": "2026-03-02"}, 2),
        ({"since": "2026-03-02", "until": "2026-03-02"}, 1),
        ({"since": "2026-03-04"}, 0),
        ({"since": "2026-03-03", "until": "2026-03-01"}, 0),
    ],
)
def test_days_can_be_filtered(parameters: dict[str, str], count: int, operator: Client) -> None:
    moments = ["01T00:00:00.000000Z", "02T23:59:59.999999Z", "03T12:00:00.000000Z"]
    tamper("DELETE FROM audit_entry WHERE seq > 3", rows=SIZE - 3)
    for seq, moment in enumerate(moments, 1):
        tamper("UPDATE audit_entry SET timestamp = %s WHERE seq = %s", f"2026-03-{moment}", seq)
    assert len(listed(operator, **parameters)) == count


@pytest.mark.parametrize(
    "parameters",
    [{"since": "yesterday"}, {"until": "2026-13-01"}, {"operation": "x"}, {"since": "\0"}],
)
def test_a_filter_that_makes_no_sense_says_so(parameters: dict[str, str], operator: Client) -> None:
    page = show(operator, **parameters)
    assert 'class="errorlist"' in page
    assert len(listed(operator, **parameters)) == SIZE


@pytest.mark.parametrize(
    "parameters", [{"p": "0"}, {"p": "9"}, {"p": "x"}, {"o": "99"}, {"x": "1"}]
)
def test_parameters_that_make_no_sense_lead_back_to_the_list(
    parameters: dict[str, str], operator: Client
) -> None:
    assert operator.get(LIST, parameters, follow=True).status_code == 200


@pytest.mark.parametrize("seq", ["0", "13", "-1", "x", "9" * 30, "1%00"])
def test_an_entry_that_does_not_exist_leads_back(seq: str, operator: Client) -> None:
    answer = operator.get(f"{LIST}{seq}/change/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index"))


@pytest.mark.parametrize("extra", [0, 60])
def test_a_page_of_the_list_takes_the_same_queries(
    extra: int, operator: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(extra):
        append("label", user_id=STRANGER if number % 2 else OWNER, files=FILES)
    show(operator)
    with django_assert_num_queries(10):
        show(operator)


def test_a_page_of_the_whole_log_counts_no_rows(
    operator: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(10) as queries:
        assert f"{SIZE} Audit entries" in show(operator)
    counting = [query["sql"] for query in queries if "COUNT" in query["sql"]]
    assert all("audit_entryitem" in sql for sql in counting)


def test_the_sheet_shows_bytes_hashes_and_texts(operator: Client) -> None:
    entry = Entry.objects.get(seq=WITH_COMMITMENTS)
    page = show(operator, f"{LIST}{WITH_COMMITMENTS}/change/")
    assert "This entry holds" in page
    for text in ("203.0.113.7", "Ünï", entry.prev_hash, entry.current_hash, entry.salt):
        assert text in page
    assert "&quot;operation&quot;: &quot;login&quot;," in page
    assert "erased" not in page


def test_the_sheet_says_what_is_erased(operator: Client) -> None:
    tamper("UPDATE audit_commitment SET value = NULL, salt = NULL WHERE name = 'address'")
    page = show(operator, f"{LIST}{WITH_COMMITMENTS}/change/")
    assert "203.0.113.7" not in page
    assert "erased" in page
    assert "This entry holds" in page


def test_the_sheet_names_every_file(operator: Client) -> None:
    page = show(operator, f"{LIST}{WITH_FILES}/change/")
    assert all(file_id in page for file_id in FILES[:3])


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE audit_entry SET detail = '<b>' WHERE seq = 4", "the column detail disagrees"),
        ("UPDATE audit_entry SET user_id = 'nobody' WHERE seq = 4", "the column user_id disagrees"),
        ("UPDATE audit_entry SET operation = 'gone' WHERE seq = 4", "the column operation"),
        ("UPDATE audit_entry SET prev_hash = '' WHERE seq = 4", "its previous hash is not"),
        ("UPDATE audit_entry SET current_hash = '' WHERE seq = 3", "order — the entry is missing"),
        ("DELETE FROM audit_entry WHERE seq = 3", "order — the entry is missing"),
    ],
)
def test_the_sheet_says_why_an_entry_does_not_hold(sql: str, reason: str, operator: Client) -> None:
    tamper(sql)
    page = show(operator, f"{LIST}4/change/")
    assert "This entry does not hold: " in page
    assert reason in page
    show(operator)


@pytest.mark.parametrize("data", [b"", b"\xff<script>", b"[" * 100_000, b'{"a":1e999}'])
def test_the_sheet_shows_bytes_that_are_no_entry(data: bytes, operator: Client) -> None:
    tamper("UPDATE audit_entry SET entry = %s WHERE seq = 4", data)
    page = show(operator, f"{LIST}4/change/")
    assert "the entry&#x27;s bytes do not give its recorded hash" in page
    assert "<script>" not in page.partition("<pre")[2]


def test_pages_hold_no_inline_script_or_style(operator: Client) -> None:
    for url in PAGES:
        page = show(operator, url)
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
        assert "<style" not in page
        assert not re.search(r"\s(style|on\w+)=", page)
