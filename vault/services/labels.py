"""Applying `label` statements: make folders, rename, move, trash, restore (spec §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.exceptions import Refusal
from vault.models import File, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from vault.companions import LabelCompanion
    from vault.items import LabelItem
    from vault.models import User


def apply_labels(
    member: User, items: Sequence[LabelItem], companions: Sequence[LabelCompanion], now: datetime
) -> None:
    """Store labels; a `create` makes its folder. The caller holds the member's row.

    Raises Refusal `stale_generation`, `conflict` (a new file exists) or `not_found`.
    """
    check_generation(member, (item.generation for item in items))
    created = [item.file for item in items if item.action == "create"]
    make_files(member, dict.fromkeys(created), now)
    changed = {item.file for item in items} - set(created)
    if File.objects.owned_by(member).filter(pk__in=changed).count() != len(changed):
        raise Refusal("not_found")
    store_labels(
        member,
        [
            (item.file, item.generation, each.label)
            for item, each in zip(items, companions, strict=True)
        ],
    )


def check_generation(member: User, generations: Iterable[int]) -> None:
    """Raise Refusal `stale_generation` unless all are the member's newest.

    What is sealed or wrapped to an older key would be lost when that key is retired.
    """
    if any(generation != member.generation for generation in generations):
        raise Refusal("stale_generation")


def make_files(member: User, currents: dict[UUID, UUID | None], now: datetime) -> None:
    """Make files with their first version, None for a folder.

    Raises Refusal `conflict` when one exists, whoever owns it.
    """
    if File.objects.filter(pk__in=currents).exists():
        raise Refusal("conflict")
    File.objects.bulk_create(
        File(pk=file, owner=member, current_id=version, created_at=now)
        for file, version in currents.items()
    )


def store_labels(person: User, labels: Iterable[tuple[UUID, int, bytes]]) -> None:
    """Store (file, generation, sealed label) of one person, in the place of what was there."""
    Label.objects.bulk_create(
        (
            Label(person=person, file_id=file, generation=generation, sealed=sealed)
            for file, generation, sealed in labels
        ),
        update_conflicts=True,
        unique_fields=["person", "file"],
        update_fields=["generation", "sealed"],
    )
