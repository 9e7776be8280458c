"""Applying `delete` statements: files with everything, or single old versions (spec §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.exceptions import Refusal
from vault.models import File, Version
from vault.services.removal import remove_versions_later

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vault.companions import DeleteCompanion
    from vault.items import DeleteItem
    from vault.models import User


def apply_deletes(
    member: User,
    items: Sequence[DeleteItem],
    _companions: Sequence[DeleteCompanion],
    _now: datetime,
) -> None:
    """Destroy files and versions; their blocks go after the commit. The caller holds the row.

    Raises Refusal `not_found`, or `statement_invalid` for the current version of a file.
    """
    named = {item.file for item in items}
    files = {file.pk: file for file in File.objects.owned_by(member).filter(pk__in=named)}
    if len(files) != len(named):
        raise Refusal("not_found")
    whole = [item.file for item in items if item.version is None]
    single = {item.version: item.file for item in items if item.version}
    found = Version.objects.filter(pk__in=single).values_list("pk", "file_id")
    # A version of another file must not go under this file's name, nor another member's at all.
    if dict(found) != single:
        raise Refusal("not_found")
    if any(files[file].current_id == version for version, file in single.items()):
        raise Refusal("statement_invalid", "The current version goes only with its file.")
    gone = list(Version.objects.filter(file__in=whole).values_list("pk", flat=True))
    Version.objects.filter(pk__in=single).delete()
    File.objects.filter(pk__in=whole).delete()
    remove_versions_later(member.pk, [*gone, *single])
