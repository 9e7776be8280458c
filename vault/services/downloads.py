"""Reading versions: logged once and before, then block by block with a capability (spec §6.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.core import signing
from django.db import transaction

from audit.log import append
from vault.blobstore import block_store
from vault.content import MAX_BLOCKS, block_size, count_blocks
from vault.exceptions import Refusal
from vault.forms import encode_bytes, read_bytes
from vault.models import Grant, Version

if TYPE_CHECKING:
    from vault.models import User
    from vault.services.callers import Caller

CAPABILITY_LIFETIME = timedelta(hours=1)
_UUID_SIZE = 16


def begin_download(member: User, versions: list[UUID], caller: Caller) -> tuple[str, list[Grant]]:
    """Log a download; return its capability and the member's grants, in the order asked for.

    Raises Refusal `not_found` when one of the versions is not granted to the member.
    """
    with transaction.atomic():
        # The newest generation last: while keys are replaced a version has two grants.
        grants = {grant.version_id: grant for grant in Grant.objects.to_member(member, versions)}
        if len(grants) != len(versions):
            raise Refusal("not_found")
        files = {grant.version.file_id for grant in grants.values()}
        append(
            "download",
            user_id=member.pk,
            files=files,
            detail={"versions": len(versions)},
            commit=caller.commitments(),
        )
    return _make_capability(member, versions), [grants[version] for version in versions]


def open_block(member: User, capability: str, version: UUID, index: int) -> tuple[BinaryIO, int]:
    """Return a block for reading and its size in bytes.

    Raises Refusal `capability_invalid`, or `not_found` for a version that is gone or not granted
    any more (so a revocation does not wait for the hour) and for a block that it does not have.
    """
    if version not in _read_capability(member, capability):
        raise Refusal("capability_invalid")
    # Checked before the database computes with it.
    if index >= MAX_BLOCKS:
        raise Refusal("not_found")
    row = Version.objects.granted_to(member).filter(pk=version).find_block(index)
    if row is None or index >= count_blocks(row[0]):
        raise Refusal("not_found")
    length, digest = row
    return block_store().open(version, index, digest.hex()), block_size(length, index)


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="coffer/v1/capability")


def _make_capability(member: User, versions: list[UUID]) -> str:
    """Return member and versions, signed, short enough for one header even with 256 of them."""
    listed = b"".join(identifier.bytes for identifier in (member.pk, *versions))
    return _signer().sign(encode_bytes(listed))


def _read_capability(member: User, capability: str) -> set[UUID]:
    try:
        listed = read_bytes(_signer().unsign(capability, max_age=CAPABILITY_LIFETIME))
        owner, *versions = (
            UUID(bytes=listed[at : at + _UUID_SIZE]) for at in range(0, len(listed), _UUID_SIZE)
        )
    except (signing.BadSignature, ValueError) as error:
        raise Refusal("capability_invalid") from error
    # A capability that leaks is worth nothing in another member's session.
    if owner != member.pk:
        raise Refusal("capability_invalid")
    return set(versions)
