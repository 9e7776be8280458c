"""What a refused request must leave as it was, and how it is refused."""

from __future__ import annotations

from typing import Any

from audit.models import Entry
from tests.vault.member import Member, Signed
from vault.models import Block, File, Grant, Label, Statement, Upload, User, Version


def code(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def state() -> dict[str, Any]:
    """Return everything that a refused statement must leave as it was."""
    return {
        "files": sorted(File.objects.values_list("pk", "owner", "current")),
        "versions": set(Version.objects.values_list("pk", flat=True)),
        "grants": set(Grant.objects.values_list("version", "generation")),
        "labels": {(x.person_id, x.file_id, bytes(x.sealed)) for x in Label.objects.all()},
        "uploads": set(Upload.objects.values_list("pk", flat=True)),
        "blocks": Block.objects.count(),
        "statements": Statement.objects.count(),
        "heads": set(User.objects.values_list("pk", "chain_seq", "chain_hash")),
        "entries": Entry.objects.count(),
    }


def refused(member: Member, expected: tuple[int, str], *signed: Signed) -> None:
    before = state()
    assert code(member.post(*signed)) == expected
    assert state() == before
