"""Verify chain in the admin: in slices for the script, and without it (spec §7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from audit import panel, verification
from audit.models import Entry, Verification
from tests.audit.case import SIZE, append, fill_log, tamper
from vault.models import User

pytestmark = pytest.mark.django_db

LIST = "/admin/audit/entry/"
VERIFY = f"{LIST}verify/"


@pytest.fixture(autouse=True)
def _log(db: None) -> None:
    fill_log()


def post(client: Client, url: str, status: int = 200) -> dict[str, Any]:
    """Post as the script does and return its state."""
    answer = client.post(url, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.content
    state: dict[str, Any] = answer.json()
    return state


def page(client: Client) -> str:
    return client.get(LIST).content.decode()


def test_the_script_starts_a_run_and_drives_it(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification.advance, "__defaults__", (5,))
    state = post(auditor, VERIFY, 201)
    assert (state["position"], state["size"], state["status"]) == (0, SIZE, "running")
    positions = []
    while state["status"] == "running":
        assert (state["sentence"], state["summary"], state["bad"]) == ("", "", "")
        state = post(auditor, state["slice"])
        positions.append(state["position"])
    assert positions == [5, 10, SIZE]
    assert (state["status"], state["sentence"]) == ("verified", f"Chain verified: {SIZE} entries")
    assert state["summary"].startswith(f"Verified up to entry {SIZE} · ")
    assert state["summary"].endswith(" UTC · auditor")
    # Asked again it says the same and does nothing.
    assert post(auditor, state["slice"]) == state
    assert Entry.objects.count() == SIZE + 1


def test_the_script_learns_of_a_broken_chain(operator: Client) -> None:
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 7")
    state = post(operator, post(operator, VERIFY, 201)["slice"])
    reason = "column — the column user_id disagrees with the entry's bytes"
    assert state["status"] == "broken"
    assert state["sentence"] == f"Chain broken at entry 7: {reason}"
    assert state["summary"].startswith(f"Broken at entry 7: {reason} · ")
    assert state["bad"] == f"{LIST}7/change/"
    assert state["position"] == 6


def test_without_the_script_one_press_verifies(operator: Client) -> None:
    answer = operator.post(VERIFY)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert f"Chain verified: {SIZE} entries" in page(operator)
    assert f"Chain verified: {SIZE} entries" not in page(operator)


def test_without_the_script_a_long_log_is_continued(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "SLICE_WITHOUT_SCRIPT", 5)
    operator.post(VERIFY)
    shown = page(operator)
    assert f"Continue at 5 of {SIZE}" in shown
    run = Verification.objects.get()
    url = f"{LIST}verify/{run.pk}/slice/"
    assert f'action="{url}"' in shown
    operator.post(url)
    answer = operator.post(url)
    (message,) = get_messages(answer.wsgi_request)
    assert (str(message), message.level_tag) == (f"Chain verified: {SIZE} entries", "success")
    assert "Continue at" not in page(operator)


def test_without_the_script_a_broken_chain_is_an_error(operator: Client) -> None:
    tamper("DELETE FROM audit_entry WHERE seq = 7")
    (message,) = get_messages(operator.post(VERIFY).wsgi_request)
    assert message.level_tag == "error"
    assert str(message) == "Chain broken at entry 7: order — the entry is missing"


def test_the_panel_tells_the_state_of_the_log(operator: Client) -> None:
    shown = page(operator)
    assert f"<dd>{SIZE}</dd>" in shown
    assert Entry.objects.get(seq=SIZE).current_hash[:16] in shown
    assert ">Never</span>" in shown
    post(operator, post(operator, VERIFY, 201)["slice"])
    assert f"Verified up to entry {SIZE} · " in page(operator)


def test_the_panel_leads_to_the_first_bad_entry(operator: Client) -> None:
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 7")
    operator.post(VERIFY)
    assert f'href="{LIST}7/change/"' in page(operator).partition("result_list")[0]


def test_the_panel_warns_of_another_origin(operator: Client, settings: Any) -> None:
    assert "moved.example" not in page(operator)
    settings.COFFER_LOG_ORIGIN = "moved.example/log"
    assert "The settings name the origin moved.example/log" in page(operator)


def test_runs_are_listed_with_who_and_what(operator: Client, operator_user: User) -> None:
    operator.post(VERIFY)
    tamper("UPDATE audit_entry SET user_id = '' WHERE seq = 7")
    verification.advance(verification.start(verification.COMMAND))
    verification.start(str(operator_user.pk))
    shown = operator.get("/admin/audit/verification/").content.decode()
    assert f"Chain verified: {SIZE} entries" in shown
    assert "Chain broken at entry 7: column — " in shown
    assert f"0 / {SIZE + 2}" in shown
    assert "verify_log" in shown
    assert shown.count('"field-who">caretaker<') == 2


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_only_staff_with_the_permission_may_verify(
    accept: str, clerk: Client, member: Client
) -> None:
    run = verification.start(verification.COMMAND)
    for url in (VERIFY, f"{LIST}verify/{run.pk}/slice/"):
        assert clerk.post(url, headers={"Accept": accept}).status_code == 403
        for client in (member, Client()):
            answer = client.post(url, headers={"Accept": accept})
            assert answer["Location"].startswith("/admin/login/")
    assert Verification.objects.get().position == 0


def test_a_link_on_another_site_cannot_start_a_run(operator_user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator_user, "vault.authentication.OperatorBackend")
    run = verification.start(verification.COMMAND)
    for url in (VERIFY, f"{LIST}verify/{run.pk}/slice/"):
        assert strict.post(url).status_code == 403
        assert strict.get(url).status_code == 405
    assert Verification.objects.get().position == 0


@pytest.mark.parametrize("run", ["0", "77", str(2**63), "9" * 40])
def test_a_run_that_does_not_exist_is_not_found(run: str, operator: Client) -> None:
    answer = operator.post(f"{LIST}verify/{run}/slice/", headers={"Accept": "application/json"})
    assert answer.status_code == 404


def test_appending_meanwhile_leaves_the_run_as_long_as_it_was(operator: Client) -> None:
    state = post(operator, VERIFY, 201)
    append()
    assert post(operator, state["slice"])["sentence"] == f"Chain verified: {SIZE} entries"


def test_a_log_that_can_take_no_entry_is_still_reported(operator: Client) -> None:
    tamper("DELETE FROM audit_head")
    sentence = post(operator, post(operator, VERIFY, 201)["slice"])["sentence"]
    assert sentence == (
        "Chain broken at entry 1: order — the entry stands behind the recorded end of the log"
    )
    assert operator.get(LIST).status_code == 200
