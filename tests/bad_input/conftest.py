"""Who sends bad input: nobody in particular, a member, an operator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tests.bad_input.unchanged import COUNTED, take_picture
from tests.vault.conftest import data_folder, owner, store, stranger
from tests.vault.member import Member
from vault.models import User

__all__ = ["data_folder", "owner", "store", "stranger"]


@dataclass
class Caller:
    """Somebody with a browser and a valid CSRF token; `versions` are the two that exist."""

    member: Member
    versions: list[str]
    picture: dict[str, Any] = field(default_factory=lambda: take_picture(COUNTED))

    def headers(self) -> dict[str, str]:
        cookies = self.member.client.cookies.items()
        return {
            "Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies),
            "X-CSRFToken": self.member.token,
        }


@pytest.fixture(params=["anonymous", "member", "operator"])
def caller(request: pytest.FixtureRequest, owner: Member) -> Caller:
    """Return one caller of each kind, on a server where the owner has a file and an open upload."""
    committed, opened = owner.upload(5), owner.draft(5)
    owner.send_blocks(opened)
    versions = [committed.version, opened.version]
    if request.param == "member":
        return Caller(owner, versions)
    client = Client(enforce_csrf_checks=True)
    if request.param == "operator":
        user = User.objects.create_superuser("operator", "an operator's password")
        client.force_login(user, "vault.authentication.OperatorBackend")
    somebody = Member("somebody", client=client)
    somebody.refresh_token()
    return Caller(somebody, versions)
