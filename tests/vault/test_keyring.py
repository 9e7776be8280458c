"""The sealed keyring: whoever saves second must build on what was saved first (spec §2.3, §6.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vault.member import Member, make_bytes
from vault.client.bytes import encode_base64
from vault.models import Keyring

pytestmark = pytest.mark.django_db


def save(member: Member, revision: Any, sealed: bytes) -> Any:
    return member.send("PUT", "keyring", {"revision": revision, "sealed": encode_base64(sealed)})


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_saves_the_next_revision(owner: Member, stranger: Member) -> None:
    sealed = make_bytes(1_000)
    response = save(owner, 2, sealed)
    assert (response.status_code, response.json()) == (200, {"revision": 2})
    served = owner.get("vault").json()["keyring"]
    assert served == {"revision": 2, "sealed": encode_base64(sealed)}
    assert stranger.get("vault").json()["keyring"]["revision"] == 1


def test_the_same_again_is_acknowledged(owner: Member) -> None:
    sealed = make_bytes(1_000)
    assert save(owner, 1, owner.keyring).status_code == 200
    save(owner, 2, sealed)
    assert save(owner, 2, sealed).status_code == 200
    assert Keyring.objects.get().revision == 2


@pytest.mark.parametrize("revision", [1, 2, 4, 2**53 - 1])
def test_another_revision_is_stale(owner: Member, revision: int) -> None:
    stored = make_bytes(1_000)
    save(owner, 2, stored)
    assert code(save(owner, revision, make_bytes(1_000))) == (409, "stale_keyring")
    assert bytes(Keyring.objects.get().sealed) == stored


def test_an_old_keyring_is_not_stored_again(owner: Member) -> None:
    save(owner, 2, make_bytes(1_000))
    assert code(save(owner, 1, owner.keyring)) == (409, "stale_keyring")


@pytest.mark.parametrize("revision", [0, -1, 2**53, 2**63, "2", 2.0, None, True])
def test_what_is_no_revision_is_refused(owner: Member, revision: Any) -> None:
    assert code(save(owner, revision, make_bytes(1_000))) == (400, "invalid")


@pytest.mark.parametrize("size", [0, 283, 1_048_577])
def test_sizes_outside_their_bounds_are_refused(owner: Member, size: int) -> None:
    assert code(save(owner, 2, bytes(size))) == (400, "invalid")


def test_the_longest_keyring_is_taken(owner: Member) -> None:
    assert save(owner, 2, bytes(1_048_576)).status_code == 200


def test_a_longer_body_is_refused_unparsed(owner: Member) -> None:
    assert code(save(owner, 2, bytes(1_600_000))) == (413, "too_large")
