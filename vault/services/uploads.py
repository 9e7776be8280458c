"""Versions whose blocks are arriving: opened, filled, discarded, expired (spec §6.2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from vault.blobstore import BlockDigestError, BlockLengthError, block_store
from vault.content import block_size
from vault.exceptions import Refusal
from vault.forms import FormError
from vault.models import Block, Upload, User, Version
from vault.services.removal import remove_replaced, remove_versions_later

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vault.blobstore import Source


def open_upload(member: User, version: UUID, length: int) -> tuple[Upload, bool]:
    """Return the upload of a version of `length` bytes of plaintext, and whether it is new.

    Raises Refusal `conflict` when the version exists or was opened by somebody else or otherwise.
    """
    # Before the row: once there is one, blocks are acknowledged, so their folder must be durable.
    block_store().prepare(version)
    try:
        with transaction.atomic():
            lock_member(member)
            upload = Upload.objects.filter(pk=version).first()
            if upload and (upload.owner_id, upload.length) == (member.pk, length):
                return upload, False
            if upload or Version.objects.filter(pk=version).exists():
                raise Refusal("conflict")
            now = timezone.now()
            upload = Upload.objects.create(
                pk=version, owner=member, length=length, created_at=now, touched_at=now
            )
    except IntegrityError as error:
        raise Refusal("conflict") from error
    return upload, True


def find_upload(member: User, version: UUID) -> Upload:
    """Return the member's open upload. Raises Refusal `not_found`."""
    upload = Upload.objects.owned_by(member).filter(pk=version).first()
    if upload is None:
        raise Refusal("not_found")
    return upload


def receive_block(
    upload: Upload, index: int, digest: str, size: int, source: Source
) -> tuple[Block, bool]:
    """Store a block of `size` bytes durably; return its row and whether it is new.

    Raises Refusal `block_index`, `block_length` (both before a byte is read), `block_digest`,
    `not_found` when the upload ended meanwhile, `conflict` when another request replaced the block.
    """
    try:
        expected = block_size(upload.length, index)
    except FormError as error:
        raise Refusal("block_index") from error
    if size != expected:
        raise Refusal("block_length")
    try:
        block_store().put(upload.pk, index, digest, size, source)
    except BlockLengthError as error:
        raise Refusal("block_length") from error
    except BlockDigestError as error:
        raise Refusal("block_digest") from error
    return _record_block(upload, index, digest, size)


def discard_upload(member: User, version: UUID) -> None:
    """Forget an open upload and its blocks. Raises Refusal `not_found`."""
    with transaction.atomic():
        lock_member(member)
        upload = Upload.objects.select_for_update().owned_by(member).filter(pk=version).first()
        if upload is None:
            raise Refusal("not_found")
        upload.delete()
        remove_versions_later(member.pk, [version])


def expire_uploads(before: datetime) -> int:
    """Forget the uploads that nobody touched since `before`; return how many."""
    abandoned = Upload.objects.untouched_since(before).values_list("pk", flat=True)
    return sum(_expire_one(version, before) for version in abandoned)


def lock_member(member: User) -> User:
    """Return the member's row, locked until the transaction ends.

    NO KEY: rows that merely refer to the member can still be written by others.
    """
    return User.objects.select_for_update(no_key=True).get(pk=member.pk)


def _record_block(upload: Upload, index: int, digest: str, size: int) -> tuple[Block, bool]:
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, owner=upload.owner_id)
        if not locked.update(touched_at=timezone.now()):
            # Committed, discarded or expired while the bytes came in.
            raise Refusal("not_found")
        # A request with other bytes may have replaced this block and removed it between the last
        # byte and this lock; a row without its block would lose the file.
        if not block_store().holds(upload.pk, index, digest):
            raise Refusal("conflict")
        known = Block.objects.filter(upload=upload, index=index).first()
        if known and known.digest == digest:
            return known, False
        if known:
            replaced = partial(remove_replaced, upload.pk, index, known.digest)
            transaction.on_commit(replaced, robust=True)
        block, _ = Block.objects.update_or_create(
            upload=upload, index=index, defaults={"digest": digest, "size": size}
        )
    return block, True


def _expire_one(version: UUID, before: datetime) -> bool:
    with transaction.atomic():
        # Another process may be at this upload, or its member may have gone on with it.
        upload = (
            Upload.objects.untouched_since(before)
            .select_for_update(skip_locked=True)
            .filter(pk=version)
            .first()
        )
        if upload is None:
            return False
        owner_id = upload.owner_id
        upload.delete()
        remove_versions_later(owner_id, [version])
    return True
