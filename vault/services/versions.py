"""Applying `upload` statements: uploads become versions of new or existing files (spec §5.3)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vault.content import ciphertext_size, join_digests
from vault.exceptions import Refusal
from vault.models import Block, File, Grant, KeyPair, Upload, Version
from vault.services.labels import check_generation, make_files, store_labels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from vault.companions import UploadCompanion
    from vault.items import UploadItem
    from vault.models import User


def apply_uploads(
    member: User, items: Sequence[UploadItem], companions: Sequence[UploadCompanion], now: datetime
) -> None:
    """Turn complete uploads into versions with their labels and the member's own grants.

    The caller holds the member's row. Raises Refusal `stale_generation`, `statement_invalid`,
    `not_found`, `conflict` or `upload_incomplete`.
    """
    check_generation(member, (item.generation for item in items))
    _check_wraps(member, companions)
    pairs = list(zip(items, companions, strict=True))
    _check_uploads(member, pairs)
    _place(member, items, now)
    Version.objects.bulk_create(_version(item, each, now) for item, each in pairs)
    Grant.objects.bulk_create(
        Grant(version_id=item.version, recipient=member, generation=item.generation, wrap=each.wrap)
        for item, each in pairs
    )
    store_labels(member, [(item.file, item.generation, each.label) for item, each in pairs])
    Upload.objects.filter(pk__in=[item.version for item in items]).delete()


def _check_wraps(member: User, companions: Sequence[UploadCompanion]) -> None:
    newest = KeyPair.objects.get(user=member, generation=member.generation)
    key = load_der_public_key(bytes(newest.public_key))
    # A wrap of another length cannot be of this key: its owner could never open the file.
    if not isinstance(key, RSAPublicKey) or any(
        len(each.wrap) != -(-key.key_size // 8) for each in companions
    ):
        raise Refusal("statement_invalid", "A wrap does not have the length of the newest key.")


def _check_uploads(member: User, pairs: list[tuple[UploadItem, UploadCompanion]]) -> None:
    """Hold every upload to its manifest, with its row locked against late blocks and expiry."""
    versions = [item.version for item, _ in pairs]
    if Version.objects.filter(pk__in=versions).exists():
        raise Refusal("conflict")
    locked = Upload.objects.select_for_update().owned_by(member).filter(pk__in=versions)
    uploads = {upload.pk: upload for upload in locked.order_by("pk")}
    received = _received_digests(versions)
    for item, companion in pairs:
        upload = uploads.get(item.version)
        if upload is None:
            raise Refusal("not_found")
        if upload.length != companion.manifest.length:
            raise Refusal("statement_invalid", "The manifest has another length than the upload.")
        # A digest that differs is a block of the manifest that is not here.
        if join_digests(received[item.version]) != companion.digests:
            raise Refusal("upload_incomplete")


def _received_digests(versions: list[UUID]) -> dict[UUID, list[str]]:
    """Return the digests of each version's blocks in order; a list with a gap fits no manifest."""
    rows = Block.objects.filter(upload__in=versions).order_by("upload", "index")
    received: dict[UUID, list[str]] = defaultdict(list)
    for version, digest in rows.values_list("upload", "digest"):
        received[version].append(digest)
    return received


def _place(member: User, items: Sequence[UploadItem], now: datetime) -> None:
    """Make the new files; move the existing ones on to their new version."""
    make_files(member, {item.file: item.version for item in items if not item.replaces}, now)
    replacing = {item.file: item for item in items if item.replaces}
    if not replacing:
        return
    files = list(File.objects.select_for_update().owned_by(member).filter(pk__in=replacing))
    if len(files) != len(replacing):
        raise Refusal("not_found")
    for file in files:
        # Built on an older version, it would silently undo the newer one; a folder has none.
        if file.current_id != replacing[file.pk].replaces:
            raise Refusal("conflict")
        file.current_id = replacing[file.pk].version
    File.objects.bulk_update(files, ["current"])


def _version(item: UploadItem, companion: UploadCompanion, now: datetime) -> Version:
    return Version(
        pk=item.version,
        file_id=item.file,
        manifest=companion.manifest_data,
        digests=companion.digests,
        metadata=companion.metadata,
        thumbnail=companion.thumbnail,
        length=companion.manifest.length,
        stored=ciphertext_size(companion.manifest.length),
        created_at=now,
    )
