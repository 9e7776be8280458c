"""The log's tables: entries that are only ever added, and what stands beside them (spec §7).

No foreign keys and no triggers: what the log claims is that a change is detected, by anyone, from
the bytes; not that the database prevents it. Hashes are 64 hex characters rather than 32 bytes, so
that an operator can read and compare them in the admin and in plain SQL.
"""

from collections.abc import Sequence
from typing import Any, NoReturn, Self
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """Code tried to change or remove what may only be added."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the log; the writes that a query set offers are refused."""

    def about_user(self, user_id: UUID) -> Self:
        """Keep the entries about one person."""
        return self.filter(user_id=str(user_id))

    def with_commitments(self, entries: Sequence["Entry"]) -> list["Entry"]:
        """Give entries their `commitments` that are not erased: one query, however many entries."""
        by_seq: dict[int, list[Commitment]] = {entry.seq: [] for entry in entries}
        kept = Commitment.objects.filter(seq__in=by_seq, salt__isnull=False).order_by("name")
        for commitment in kept:
            by_seq[commitment.seq].append(commitment)
        for entry in entries:
            entry.commitments = by_seq[entry.seq]
        return list(entries)

    def update(self, **_kwargs: object) -> NoReturn:
        """Refuse: an entry is never changed."""
        raise AppendOnlyError("an entry is never changed")

    def delete(self) -> NoReturn:
        """Refuse: an entry is never removed."""
        raise AppendOnlyError("an entry is never removed")


def about_file(file_id: str) -> models.Q:
    """Return the condition that an entry names a file, alone or among several."""
    items = EntryItem.objects.filter(file_id=file_id).values("seq")
    return models.Q(file_id=file_id) | models.Q(seq__in=items)


class Entry(models.Model):
    """One entry; `entry` holds its bytes, every other column is an index of them."""

    seq = models.BigIntegerField(_("entry"), primary_key=True)
    timestamp = models.CharField(_("time (UTC)"), max_length=27)
    operation = models.CharField(_("operation"), max_length=32)
    user_id = models.CharField(_("user"), max_length=36, blank=True)
    file_id = models.CharField(_("file"), max_length=36, blank=True)
    detail = models.TextField(_("detail"))
    statement = models.CharField(_("statement"), max_length=64, blank=True)
    salt = models.CharField(_("salt"), max_length=22)
    entry = models.BinaryField(_("bytes"))
    prev_hash = models.CharField(_("previous hash"), max_length=64)
    current_hash = models.CharField(_("current hash"), max_length=64)

    commitments: list["Commitment"]

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Audit entry")
        verbose_name_plural = _("Audit entries")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=["timestamp"], name="audit_entry_timestamp"),
            models.Index(fields=["operation", "seq"], name="audit_entry_operation"),
            models.Index(fields=["user_id", "seq"], name="audit_entry_user"),
            models.Index(fields=["file_id", "seq"], name="audit_entry_file"),
            models.Index(fields=["statement"], name="audit_entry_statement"),
        )

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.seq}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to write over a stored entry."""
        if not self._state.adding:
            raise AppendOnlyError("an entry is never changed")
        # A plain INSERT: a seq that exists already is an error, not an update.
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        """Refuse: an entry is never removed."""
        raise AppendOnlyError("an entry is never removed")


class Head(models.Model):
    """The one row that says where the log ends; locked last by every append."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    origin = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one_row"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class EntryItem(models.Model):
    """A file that an entry about several files names; tied to it by `files_digest`."""

    seq = models.BigIntegerField()
    file_id = models.CharField(max_length=36)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["seq", "file_id"], name="audit_entry_item"),)
        indexes = (models.Index(fields=["file_id", "seq"], name="audit_entry_item_file"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.file_id}"


class Commitment(models.Model):
    """The text and salt behind a hash in an entry's detail; both NULL once erased."""

    seq = models.BigIntegerField()
    name = models.CharField(max_length=32)
    value = models.TextField(null=True)  # noqa: DJ001  # NULL is erased, "" is an empty text
    salt = models.BinaryField(null=True, max_length=16)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["seq", "name"], name="audit_commitment_name"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True, salt__isnull=True)
                | models.Q(value__isnull=False, salt__isnull=False),
                name="audit_commitment_whole_or_erased",
            ),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"


class Verification(models.Model):
    """One run over the chain, carried out in slices and kept as history."""

    class Status(models.TextChoices):
        """How far a run is."""

        RUNNING = "running", _("running")
        VERIFIED = "verified", _("verified")
        BROKEN = "broken", _("broken")

    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    started_by = models.CharField(_("started by"), max_length=36)
    status = models.CharField(
        _("result"), max_length=8, choices=Status.choices, default=Status.RUNNING
    )
    first = models.BigIntegerField(_("first entry"))
    target = models.BigIntegerField(_("last entry"))
    target_hash = models.CharField(_("hash expected at the last entry"), max_length=64)
    position = models.BigIntegerField(_("verified up to entry"))
    hash = models.CharField(_("hash there"), max_length=64)
    bad_seq = models.BigIntegerField(_("first bad entry"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("Verification")
        verbose_name_plural = _("Verifications")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.sentence or f"{self.position} / {self.target}"

    @property
    def entries(self) -> int:
        """How many entries the run covers."""
        return self.target - self.first + 1

    @property
    def sentence(self) -> str:
        """The result in the one wording that people and scripts rely on; empty while running."""
        if self.status == self.Status.VERIFIED:
            return f"Chain verified: {self.entries} entries"
        if self.status == self.Status.BROKEN:
            return f"Chain broken at entry {self.bad_seq}: {self.reason}"
        return ""
