"""Operators see members and their sizes, never make one, and never set a password of theirs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from tests.vault.member import Member
from vault.models import Operator, User

pytestmark = pytest.mark.django_db
PASSWORD = "an operator's long password"


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("operator", PASSWORD)


@pytest.fixture
def admin(operator: User) -> Client:
    browser = Client()
    assert browser.login(username="operator", password=PASSWORD)
    return browser


def listing(admin: Client, model: str) -> str:
    response = admin.get(f"/admin/vault/{model}/")
    assert response.status_code == 200
    return response.content.decode()


def test_createsuperuser_makes_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "operator@example.org")
    call_command("createsuperuser", "--noinput", username="operator")
    user = User.objects.get()
    assert (user.kind, user.is_staff, user.is_superuser) == ("operator", True, True)
    assert Client().login(username="operator", password=PASSWORD)


def test_an_operator_cannot_take_a_members_name(owner: Member) -> None:
    with pytest.raises(ValidationError):
        User.objects.create_superuser("owner", PASSWORD)


def test_the_database_itself_keeps_members_out_of_the_admin(owner: Member) -> None:
    for changes in ({"is_staff": True}, {"is_superuser": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.members().update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.members().update(kind="operator")


def test_members_with_generation_chain_and_storage(admin: Client, owner: Member) -> None:
    draft = owner.upload(2_000_000)
    owner.upload(1_000_000, file=draft.file, replaces=draft.version)
    page = listing(admin, "member")
    row = page[page.index("owner") :]
    for words in ("2.9", "MB", 'field-generation">1<', 'field-chain_seq">3<', 'field-files">1<'):
        assert words in row, words
    assert "operator" not in page[page.index("result_list") :]


@pytest.mark.parametrize("model", ["member", "file", "keypair"])
def test_the_cost_in_queries_does_not_grow_with_the_rows(admin: Client, model: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            listing(admin, model)
        return len(queries)

    Member("member-0").sign_up().upload(5)
    few = cost()
    for number in range(1, 6):
        Member(f"member-{number}").sign_up().upload(5)
    assert cost() == few


@pytest.mark.parametrize("model", ["member", "file", "keypair"])
def test_nothing_can_be_added_changed_or_deleted(admin: Client, owner: Member, model: str) -> None:
    draft = owner.upload(5)
    key = {
        "member": owner.user,
        "file": draft.file,
        "keypair": str(User.objects.get(pk=owner.user).key_pairs.get().pk),
    }[model]
    assert admin.get(f"/admin/vault/{model}/{key}/change/").status_code == 200
    for path in ("add/", f"{key}/delete/"):
        assert admin.get(f"/admin/vault/{model}/{path}").status_code == 403
        assert admin.post(f"/admin/vault/{model}/{path}", {"post": "yes"}).status_code == 403
    changed = admin.post(f"/admin/vault/{model}/{key}/change/", {"username": "x", "is_staff": "1"})
    assert changed.status_code == 403
    selected = {"action": "delete_selected", "_selected_action": key, "post": "yes"}
    admin.post(f"/admin/vault/{model}/", selected)
    assert User.objects.filter(pk=owner.user).exists()


def test_no_form_reaches_a_members_password(admin: Client, owner: Member) -> None:
    form = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    for path in (
        f"member/{owner.user}/password/",
        f"operator/{owner.user}/password/",
        f"operator/{owner.user}/change/",
    ):
        assert admin.post(f"/admin/vault/{path}", form).status_code in (302, 403, 404)
    user = User.objects.get(pk=owner.user)
    assert not user.has_usable_password()
    assert user.kind == "member"


def test_nothing_sealed_or_secret_is_shown(admin: Client, owner: Member) -> None:
    owner.upload(5)
    verifiers = list(User.objects.get(pk=owner.user).slots.values_list("verifier", flat=True))
    page = admin.get(f"/admin/vault/member/{owner.user}/change/").content.decode()
    for secret in (*verifiers, User.objects.get(pk=owner.user).password):
        assert secret not in page


def set_active(admin: Client, owner: Member, action: str) -> None:
    admin.post("/admin/vault/member/", {"action": action, "_selected_action": owner.user})


def test_deactivating_ends_sessions_and_is_logged(
    admin: Client, operator: User, owner: Member
) -> None:
    set_active(admin, owner, "deactivate")
    assert owner.get("vault").status_code == 401
    assert owner.sign_in().status_code == 401
    entry = Entry.objects.get(operation="operator_change")
    assert entry.user_id == owner.user
    assert json.loads(entry.detail) == {"active": 0, "operator": str(operator.pk)}
    set_active(admin, owner, "deactivate")
    assert Entry.objects.filter(operation="operator_change").count() == 1
    set_active(admin, owner, "activate")
    assert owner.sign_in().status_code == 200


def test_who_may_only_look_cannot_deactivate(owner: Member) -> None:
    from django.contrib.auth.models import Permission

    looker = User.objects.create_superuser("looker", PASSWORD)
    User.objects.filter(pk=looker.pk).update(is_superuser=False)
    looker.user_permissions.add(Permission.objects.get(codename="view_member"))
    browser = Client()
    browser.login(username="looker", password=PASSWORD)
    assert "owner" in listing(browser, "member")
    set_active(browser, owner, "deactivate")
    assert User.objects.get(pk=owner.user).is_active


# --- operators ------------------------------------------------------------------------------------


def test_operators_are_made_and_changed(admin: Client) -> None:
    form: dict[str, Any] = {
        "username": "second",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "usable_password": "true",
    }
    assert admin.post("/admin/vault/operator/add/", form).status_code == 302
    second = Operator.objects.get(username="second")
    assert (second.kind, second.is_staff, second.is_superuser) == ("operator", True, False)
    assert Client().login(username="second", password=PASSWORD)
    change = f"/admin/vault/operator/{second.pk}/change/"
    form = {"username": "second", "is_active": "on", "is_superuser": "on"}
    assert admin.get(change).status_code == 200
    assert admin.post(change, form).status_code == 302
    second.refresh_from_db()
    assert second.is_superuser
    password = f"/admin/vault/operator/{second.pk}/password/"
    assert admin.get(password).status_code == 200


@pytest.mark.parametrize("username", ["owner", "No", "with space", "ab"])
def test_operators_names_follow_the_same_rules(admin: Client, owner: Member, username: str) -> None:
    form = {
        "username": username,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "usable_password": "true",
    }
    assert admin.post("/admin/vault/operator/add/", form).status_code == 200
    assert not Operator.objects.operators().filter(username=username).exists()


def test_the_list_of_operators_holds_no_member(admin: Client, owner: Member) -> None:
    page = listing(admin, "operator")
    assert "owner" not in page[page.index("result_list") :]
