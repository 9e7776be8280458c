"""Who meets the admin: an operator, an auditor, a clerk without permission, a member; instances."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.postgres import Postgres
from tests.server import Server
from vault.models import User


def make_user(username: str, *permissions: str, **fields: object) -> User:
    user = User.objects.create(username=username, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def sign_in(user: User) -> Client:
    kind = "Member" if user.is_member else "Operator"
    client = Client()
    client.force_login(user, f"vault.authentication.{kind}Backend")
    return client


@pytest.fixture
def operator_user(db: None) -> User:
    """Return an operator with every permission."""
    return make_user("caretaker", is_staff=True, is_superuser=True)


@pytest.fixture
def operator(operator_user: User) -> Client:
    """Return the operator's browser."""
    return sign_in(operator_user)


@pytest.fixture
def auditor(db: None) -> Client:
    """Return the browser of staff that may view the log and nothing else."""
    return sign_in(make_user("auditor", "view_entry", "view_verification", is_staff=True))


@pytest.fixture
def clerk(db: None) -> Client:
    """Return the browser of staff without a permission for the log."""
    return sign_in(make_user("clerk", is_staff=True))


@pytest.fixture
def member(db: None) -> Client:
    """Return the browser of a member."""
    return sign_in(make_user("mara", kind=User.Kind.MEMBER))


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    """Return an empty instance on one of the databases; nothing serves it."""
    settings = {}
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        settings["COFFER_DATABASE_URL"] = postgres.make_database()
    server = Server(tmp_path, tmp_path / "static", **settings)
    server.migrate()
    return server
