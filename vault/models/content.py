"""Files, their versions and blocks, and who can decrypt them: ciphertext only (spec §3, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce, Substr

from vault.forms import HASH_SIZE
from vault.models.members import User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


class FileQuerySet(models.QuerySet["File"]):
    """Reads over files and folders."""

    def owned_by(self, member: User) -> Self:
        return self.filter(owner=member)

    def with_usage(self) -> Self:
        """Annotate `version_count` and `storage` (bytes of ciphertext), in one query."""
        return self.annotate(
            version_count=Count("versions"), storage=Coalesce(Sum("versions__stored"), 0)
        )


class File(models.Model):
    """A file, or a folder when it has no versions; its name is known to nobody here (spec §4)."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="files")
    # RESTRICT: the current version cannot vanish on its own, only with its file.
    current = models.OneToOneField(
        "Version", on_delete=models.RESTRICT, null=True, related_name="current_of"
    )
    created_at = models.DateTimeField("created")

    objects = FileQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class VersionQuerySet(models.QuerySet["Version"]):
    """Reads over committed versions."""

    def granted_to(self, member: User) -> Self:
        return self.filter(grants__recipient=member)

    def find_block(self, index: int) -> tuple[int, bytes] | None:
        """Return the first version's length and the 32-byte digest of one of its blocks.

        The database cuts the digest out: the whole list may have megabytes.
        """
        digest = Substr(
            "digests", index * HASH_SIZE + 1, HASH_SIZE, output_field=models.BinaryField()
        )
        row = self.annotate(digest=digest).values_list("length", "digest").first()
        return row and (row[0], bytes(row[1]))


class Version(models.Model):
    """One committed content: `length` bytes of plaintext in `stored` bytes of blocks (spec §3)."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="versions")
    manifest = models.BinaryField()
    digests = models.BinaryField()
    metadata = models.BinaryField(max_length=1_052)
    thumbnail = models.BinaryField(max_length=65_564, default=bytes)
    length = models.PositiveBigIntegerField()
    stored = models.PositiveBigIntegerField()
    created_at = models.DateTimeField("created")

    objects = VersionQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Reads over open uploads."""

    def owned_by(self, member: User) -> Self:
        return self.filter(owner=member)

    def untouched_since(self, moment: datetime) -> Self:
        return self.filter(touched_at__lt=moment)


class Upload(models.Model):
    """A version whose blocks are arriving; `length` is the plaintext's (spec §6.2)."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    length = models.PositiveBigIntegerField()
    created_at = models.DateTimeField("opened")
    touched_at = models.DateTimeField("last block", db_index=True)

    objects = UploadQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class Block(models.Model):
    """A block that is durable in the block store, of an upload still open (spec §3.2)."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="blocks")
    index = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="block_once", fields=["upload", "index"]),
        ]

    def __str__(self) -> str:
        return f"block {self.index} of {self.upload_id}"


class GrantQuerySet(models.QuerySet["Grant"]):
    """Reads over who can decrypt what."""

    def to_member(self, member: User, versions: Iterable[UUID]) -> Self:
        """Return the member's grants of these versions with the version, oldest key first."""
        return (
            self.filter(recipient=member, version__in=versions)
            .select_related("version")
            .order_by("generation")
        )


class Grant(models.Model):
    """A version's DEK wrapped to one generation of one recipient (spec §4)."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="grants")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    generation = models.PositiveBigIntegerField()
    wrap = models.BinaryField(max_length=512)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="grant_once", fields=["recipient", "version", "generation"]
            ),
        ]

    def __str__(self) -> str:
        return f"grant of {self.version_id} to {self.recipient_id}"


class LabelQuerySet(models.QuerySet["Label"]):
    """Reads over what people call their files."""

    def of_person(self, person: User) -> Self:
        return self.filter(person=person).order_by("file_id")


class Label(models.Model):
    """What one person calls one file, sealed under their label key (spec §4)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="labels")
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="labels")
    generation = models.PositiveBigIntegerField()
    sealed = models.BinaryField(max_length=2_076)

    objects = LabelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="label_once", fields=["person", "file"]),
        ]

    def __str__(self) -> str:
        return f"label of {self.file_id} by {self.person_id}"
