"""Removing blocks, after the commit that made them needless and never under a new owner (§6.2).

A crash between commit and removal leaves blocks that no row names; the sweep finds them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from vault.blobstore import block_store
from vault.models import Block, Upload, User, Version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def remove_versions_later(member_id: UUID, versions: Iterable[UUID]) -> None:
    """Remove all blocks of these versions once the running transaction is committed."""
    # robust: the operation is done and logged; a failing disk must not make it look refused.
    later = partial(_remove_versions, member_id, list(versions))
    transaction.on_commit(later, robust=True)


def remove_replaced(version: UUID, index: int, digest: str) -> None:
    """Remove a block that another took the place of, unless it was sent once more meanwhile."""
    with transaction.atomic():
        # Recording a block takes the same lock: it happens before this, and its row is seen here,
        # or after, and sees that the block is gone.
        upload = Upload.objects.select_for_update().filter(pk=version).first()
        if upload and not Block.objects.filter(upload=upload, index=index, digest=digest).exists():
            block_store().remove(version, index, digest)


def _remove_versions(member_id: UUID, versions: list[UUID]) -> None:
    with transaction.atomic():
        # Opening an upload takes the same lock, so none of these comes back to life meanwhile.
        User.objects.select_for_update(no_key=True).filter(pk=member_id).first()
        alive = {
            *Upload.objects.filter(pk__in=versions).values_list("pk", flat=True),
            *Version.objects.filter(pk__in=versions).values_list("pk", flat=True),
        }
        for version in versions:
            if version not in alive:
                block_store().remove_version(version)
