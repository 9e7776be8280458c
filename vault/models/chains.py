"""The members' chains of signed statements, kept as they were signed (spec §5)."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from vault.models.members import User


class StatementQuerySet(models.QuerySet["Statement"]):
    """Reads over the members' chains."""

    def chain_of(self, member: User) -> Self:
        return self.filter(user=member).order_by("seq")


class Statement(models.Model):
    """One link of a member's chain, as it was signed; its log entry names its hash (spec §5)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="statements")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=32)
    hash = models.CharField(max_length=64, unique=True)
    statement = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    created_at = models.DateTimeField("received")

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="statement_once", fields=["user", "seq"]),
            models.CheckConstraint(name="statement_seq_from_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"statement {self.seq} of {self.user_id}"
