"""Who may do what: one row for every route and method, made out of the URL configuration.

A route without a row fails the first test, so none can be added without deciding who may use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.vault.drafts import Draft, make_uuid
from tests.vault.member import ROOT, Member
from vault.models import MemberSession, User

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """Statuses for those whose route it is not; `body` makes the request a valid one of the owner.

    None where the route is everybody's.
    """

    anonymous: int | None
    operator: int | None
    stranger: int | None
    body: Callable[[Draft], Any] = lambda _: {}


EVERYBODY = Row(None, None, None)
# The member's own account: a stranger has one too, and gets that.
OWN = Row(401, 403, None)


def _of_owner(body: Callable[[Draft], Any] = lambda _: {}) -> Row:
    """A route that names something of the owner's; a stranger is not even told that it exists."""
    return Row(401, 403, 404, body)


API: dict[tuple[str, str], Row] = {
    ("schema", "GET"): EVERYBODY,
    ("session", "GET"): EVERYBODY,
    ("session", "POST"): EVERYBODY,
    ("session", "DELETE"): OWN,
    ("session/kdf", "POST"): EVERYBODY,
    ("session/confirm", "POST"): OWN,
    ("sessions", "GET"): OWN,
    ("sessions", "DELETE"): OWN,
    ("sessions/<uuid:session>", "DELETE"): _of_owner(),
    ("activity", "GET"): OWN,
    ("accounts", "POST"): EVERYBODY,
    ("vault", "GET"): OWN,
    ("keyring", "PUT"): OWN,
    ("labels", "GET"): OWN,
    ("statements", "GET"): OWN,
    ("statements", "POST"): OWN,
    ("uploads", "POST"): OWN,
    ("uploads/<uuid:version>", "GET"): _of_owner(),
    ("uploads/<uuid:version>", "DELETE"): _of_owner(),
    ("uploads/<uuid:version>/blocks/<int:index>", "PUT"): _of_owner(lambda draft: draft.blocks[0]),
    ("downloads", "POST"): _of_owner(lambda draft: {"versions": [draft.version]}),
    # Without a capability nobody reads a block, and a stranger is given none for this version.
    ("versions/<uuid:version>/blocks/<int:index>", "GET"): Row(401, 403, 403),
}
# What is left to a session opened with the recovery key, until the password is changed (§6.1).
IN_RECOVERY = {
    ("session", "DELETE"),
    ("vault", "GET"),
    ("labels", "GET"),
    ("statements", "GET"),
}
PAGES = {"", "signup/", "login/", "trash/", "sw.js", "healthz", "readyz"}


def routes() -> Iterator[str]:
    """Every route of the configuration as it is written, prefixes joined."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route


def api_routes() -> list[str]:
    prefix = ROOT.removeprefix("/")
    return [route.removeprefix(prefix) for route in routes() if route.startswith(prefix)]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route for route, _ in API} == set(api_routes())
    others = {r for r in routes() if not r.startswith((ROOT.removeprefix("/"), "admin/"))}
    assert others == PAGES


@pytest.fixture
def operator(db: None) -> Client:
    user: User = get_user_model().objects.create_superuser("caretaker", password="lantern-7")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="vault.authentication.OperatorBackend")
    return client


@pytest.fixture
def draft(owner: Member) -> Draft:
    """A committed version of the owner's; the rows about uploads use an open one."""
    return owner.upload(5)


@pytest.fixture
def opened(owner: Member) -> Draft:
    draft = owner.draft(5)
    owner.send_blocks(draft)
    return draft


def _ask(
    member: Member, route: str, method: str, row: Row, draft: Draft, opened: Draft
) -> tuple[int, Any]:
    about = opened if route.startswith("uploads/") else draft
    path = route.replace("<uuid:version>", about.version).replace("<int:index>", "0")
    if "<uuid:session>" in path:
        session = MemberSession.objects.get(user__username="owner", kind="password")
        path = path.replace("<uuid:session>", str(session.pk))
    body = row.body(about)
    if isinstance(body, bytes):
        response = member.put_block(about.version, 0, body)
    elif method == "GET":
        response = member.get(path)
    else:
        response = member.send(method, path, body)
    return response.status_code, response


@pytest.mark.parametrize(("route", "method"), sorted(API))
def test_nobody_else_gets_in(
    route: str,
    method: str,
    owner: Member,
    stranger: Member,
    operator: Client,
    draft: Draft,
    opened: Draft,
) -> None:
    row = API[route, method]
    visitors = {
        "anonymous": (Member("nobody"), row.anonymous),
        "operator": (Member("caretaker", client=operator), row.operator),
        "stranger": (stranger, row.stranger),
    }
    for name, (visitor, expected) in visitors.items():
        status, response = _ask(visitor, route, method, row, draft, opened)
        if expected is None:
            assert status not in (401, 403, 404) or response.json()["code"] == "login_failed", name
            continue
        assert status == expected, name
        assert set(response.json()) == {"code", "detail"}, name
    # The owner does get in, so that the refusals above are about who asked.
    if row.stranger == 404:
        status, _ = _ask(owner, route, method, row, draft, opened)
        assert status in (200, 201, 204)


@pytest.mark.parametrize(("route", "method"), sorted(API))
def test_the_recovery_key_opens_next_to_nothing(
    route: str, method: str, owner: Member, draft: Draft, opened: Draft
) -> None:
    browser = owner.elsewhere()
    assert browser.sign_in("recovery").status_code == 200
    row = API[route, method]
    status, response = _ask(browser, route, method, row, draft, opened)
    if row == EVERYBODY:
        # Needs no session, so it is not this session that gets in.
        assert status not in (403, 404)
    elif (route, method) in IN_RECOVERY:
        assert status in (200, 204)
    elif (route, method) == ("statements", "POST"):
        # An empty body: what it may post is in test_change_slots.py.
        assert (status, response.json()["code"]) == (400, "invalid")
    else:
        assert (status, response.json()["code"]) == (403, "password_required")


@pytest.mark.parametrize("route", sorted({route for route, _ in API}))
def test_other_methods_are_refused(route: str, owner: Member, draft: Draft, opened: Draft) -> None:
    for method in METHODS:
        if (route, method) in API:
            continue
        status, response = _ask(owner, route, method, EVERYBODY, draft, opened)
        assert (status, response.json()["code"]) == (405, "method_not_allowed"), method


def test_a_member_has_no_part_in_the_admin(owner: Member, draft: Draft) -> None:
    for route in routes():
        if not route.startswith("admin/") or "login" in route or "logout" in route:
            continue
        if "jsi18n" in route:  # words of the admin's own script
            continue
        path = "/" + _fill(route, draft)
        for visitor in (owner.client, Client()):
            response = visitor.get(path)
            # Stock Django admin answers those who may not with its login page; nothing else shows.
            assert response.status_code in (302, 404), route
            if response.status_code == 302:
                assert response["Location"].startswith("/admin/login/"), route


def _fill(route: str, draft: Draft) -> str:
    """Put something into each place of a route of the admin."""
    for place, value in (
        ("<path:object_id>", draft.file),
        ("<int:content_type_id>", "1"),
        ("<uuid:run>", make_uuid()),
        ("<int:run>", "1"),
        ("<int:pk>", "1"),
        ("<id>", "1"),
    ):
        route = route.replace(place, value)
    return route.replace("(?P<app_label>auth|vault|audit)", "vault").strip("^$")
