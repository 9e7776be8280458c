"""The reads of a vault, one QuerySet a model (spec §6). No write happens here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from vault.models import File, Grant, Label, Statement, Upload, User, Version


class UserQuerySet(models.QuerySet["User"]):
    """Members and operators."""

    def members(self) -> Self:
        return self.filter(kind="member")

    def operators(self) -> Self:
        return self.filter(kind="operator")

    def with_usage(self) -> Self:
        """Annotate `storage` (bytes of committed ciphertext) and `files_owned`, in one query."""
        return self.annotate(
            storage=_per_user("Version", "file__owner", Sum("stored")),
            files_owned=_per_user("File", "owner", Count("pk")),
        )


class FileQuerySet(models.QuerySet["File"]):
    """Files and folders."""

    def owned_by(self, member: User) -> Self:
        return self.filter(owner=member)


class VersionQuerySet(models.QuerySet["Version"]):
    """Committed versions."""

    def owned_by(self, member: User) -> Self:
        return self.filter(file__owner=member)


class GrantQuerySet(models.QuerySet["Grant"]):
    """Who can decrypt what."""

    def to_member(self, member: User, versions: Iterable[UUID]) -> Self:
        """Return the member's grants of these versions with version and file, oldest key first."""
        return (
            self.filter(recipient=member, version__in=versions)
            .select_related("version")
            .order_by("generation")
        )


class LabelQuerySet(models.QuerySet["Label"]):
    """What people call their files."""

    def of_person(self, person: User) -> Self:
        return self.filter(person=person).order_by("file_id")


class StatementQuerySet(models.QuerySet["Statement"]):
    """Members' chains."""

    def chain_of(self, member: User) -> Self:
        return self.filter(user=member).order_by("seq")


class UploadQuerySet(models.QuerySet["Upload"]):
    """Versions whose blocks are arriving."""

    def owned_by(self, member: User) -> Self:
        return self.filter(owner=member)

    def untouched_since(self, moment: datetime) -> Self:
        return self.filter(touched_at__lt=moment)


def _per_user(model: str, owner: str, total: models.Aggregate) -> Coalesce:
    """Return an aggregate over another table as a column of its user: a subquery, no N+1."""
    from django.apps import apps

    rows: QuerySet[models.Model] = apps.get_model("vault", model)._default_manager.order_by()
    totals = (
        rows.filter(**{owner: OuterRef("pk")}).values(owner).annotate(total=total).values("total")
    )
    return Coalesce(Subquery(totals, output_field=BigIntegerField()), 0)
