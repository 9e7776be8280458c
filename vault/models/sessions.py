"""The members' open sessions: where each was opened, and how long it lasts (spec §6.1)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vault.models.members import Slot, User

if TYPE_CHECKING:
    from datetime import datetime

CONFIRMATION_LIFETIME = timedelta(minutes=10)
# How exact `last_seen_at` is: a row is not written for every request.
SEEN_EVERY = timedelta(minutes=1)
MAX_ADDRESS = 45  # the longest form of an IPv6 address
MAX_TEXT = 1_024


class MemberSessionQuerySet(models.QuerySet["MemberSession"]):
    """Reads over open sessions."""

    def of_member(self, member: User) -> Self:
        return self.filter(user=member)

    def live(self, now: datetime) -> Self:
        """Leave out what rested for too long or is too old, whether or not a job removed it."""
        return self.filter(**_oldest(now))

    def over(self, now: datetime) -> Self:
        return self.exclude(**_oldest(now))


class MemberSession(models.Model):
    """One sign-in of one member, tied to the Django session that carries it.

    `is_restricted` until the password is changed, in a session opened with the recovery key.
    Address and user agent are for their owner to recognise, and go with the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=Slot.Kind)
    is_restricted = models.BooleanField(default=False)
    address = models.CharField(max_length=MAX_ADDRESS)
    user_agent = models.CharField(max_length=MAX_TEXT)
    created_at = models.DateTimeField("opened", default=timezone.now)
    confirmed_at = models.DateTimeField("confirmed", default=timezone.now)
    last_seen_at = models.DateTimeField("last seen", default=timezone.now)

    # Set where a list is shown.
    is_current: bool

    objects = MemberSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        indexes: ClassVar = [models.Index(name="session_seen", fields=["last_seen_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="session_kind_known", condition=Q(kind__in=["password", "recovery"])
            ),
            # The recovery key alone must never be worth more than a change of password.
            models.CheckConstraint(
                name="session_restricted_is_recovery",
                condition=Q(is_restricted=False) | Q(kind="recovery"),
            ),
        ]

    def __str__(self) -> str:
        return f"session of {self.user_id}"

    def is_confirmed(self, now: datetime) -> bool:
        """Say whether the member proved within ten minutes that it is they who sit there."""
        return now - self.confirmed_at <= CONFIRMATION_LIFETIME

    def touch(self, now: datetime) -> None:
        """Note that the session is in use, at most once a minute."""
        if now - self.last_seen_at >= SEEN_EVERY:
            MemberSession.objects.filter(pk=self.pk).update(last_seen_at=now)
            self.last_seen_at = now


def _oldest(now: datetime) -> dict[str, datetime]:
    return {
        "last_seen_at__gte": now - settings.COFFER_SESSION_IDLE,
        "created_at__gte": now - settings.COFFER_SESSION_LIFETIME,
    }
