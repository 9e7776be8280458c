"""Removing blocks that no row names: what a crash left between commit and removal (spec §6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from vault.blobstore import block_store
from vault.content import digest_at
from vault.forms import HASH_SIZE
from vault.models import Block, Upload, Version

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vault.blobstore import StoredBlock

# Longer than any request: what is younger may belong to one that is still running.
STRAY_AGE = timedelta(hours=24)


def sweep_blocks(now: datetime) -> int:
    """Remove the blocks that no row names and that are a day old; return how many."""
    before = now - STRAY_AGE
    removed = 0
    for version in block_store().versions():
        if _strays(version, before):
            removed += _remove_strays(version, before)
        block_store().tidy(version, before)
    return removed


def _remove_strays(version: UUID, before: datetime) -> int:
    with transaction.atomic():
        # Recording a block takes the same lock, and afterwards checks that the block is there.
        Upload.objects.select_for_update().filter(pk=version).first()
        strays = _strays(version, before)
        for block in strays:
            block_store().remove(version, block.index, block.digest)
    return len(strays)


def _strays(version: UUID, before: datetime) -> list[StoredBlock]:
    old = [block for block in block_store().blocks(version) if block.stored_at < before]
    named = _named_blocks(version) if old else set()
    return [block for block in old if (block.index, block.digest) not in named]


def _named_blocks(version: UUID) -> set[tuple[int, str]]:
    """Return (index, digest in hex) of every block that a row names.

    Open uploads first: an upload that becomes a version between the two questions is seen twice
    rather than never.
    """
    named = set(Block.objects.filter(upload=version).values_list("index", "digest"))
    for stored in Version.objects.filter(pk=version).values_list("digests", flat=True):
        digests = bytes(stored)
        named |= {(at, digest_at(digests, at)) for at in range(len(digests) // HASH_SIZE)}
    return named
