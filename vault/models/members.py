"""Who has an account, and the sealed and public keys of those with a vault (spec §2)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import BigIntegerField, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from vault.exceptions import REFUSALS

EMPTY_HASH = "0" * 64
USERNAME_PATTERN = r"\A[a-z0-9][a-z0-9._-]{2,31}\Z"


class UserQuerySet(models.QuerySet["User"]):
    """Reads over members and operators."""

    def members(self) -> Self:
        return self.filter(kind=User.Kind.MEMBER)

    def operators(self) -> Self:
        return self.filter(kind=User.Kind.OPERATOR)

    def with_keys(self) -> Self:
        """Fetch keyring and slots along: two queries, however many members."""
        slots = Prefetch("slots", Slot.objects.order_by("kind"))
        return self.select_related("keyring").prefetch_related(slots)

    def with_usage(self) -> Self:
        """Annotate `storage` (bytes of committed ciphertext) and `file_count`, in one query."""
        return self.annotate(
            storage=_per_user("Version", "file__owner", Sum("stored")),
            file_count=_per_user("File", "owner", Count("pk")),
        )


class UserManager(BaseUserManager["User"]):
    """Makes operators; members are made by vault.services.accounts alone."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def members(self) -> UserQuerySet:
        return self.get_queryset().members()

    def operators(self) -> UserQuerySet:
        return self.get_queryset().operators()

    def with_keys(self) -> UserQuerySet:
        return self.get_queryset().with_keys()

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make an operator with every permission. Used by `createsuperuser`."""
        user = self.model(
            username=username, kind=User.Kind.OPERATOR, is_staff=True, is_superuser=True, **fields
        )
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member, who has a vault, or an operator, who has none. Names are one space."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        OPERATOR = "operator"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(USERNAME_PATTERN, REFUSALS["username_invalid"][1]),
        ],
        error_messages={"unique": REFUSALS["username_taken"][1]},
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OPERATOR, editable=False)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("may use the admin", default=False)
    date_joined = models.DateTimeField("joined", default=timezone.now, editable=False)
    identity_key = models.BinaryField(max_length=32, default=bytes)
    chain_seq = models.PositiveBigIntegerField("chain length", default=0, editable=False)
    chain_hash = models.CharField(max_length=64, default=EMPTY_HASH, editable=False)
    generation = models.PositiveBigIntegerField("newest generation", default=0, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            # A stolen member session must never be worth the log of everybody.
            models.CheckConstraint(
                name="user_member_is_never_staff",
                condition=~Q(kind="member") | Q(is_staff=False, is_superuser=False),
            ),
            models.CheckConstraint(
                name="user_operator_has_no_vault",
                condition=~Q(kind="operator") | Q(chain_seq=0, generation=0),
            ),
            models.CheckConstraint(
                name="user_kind_known", condition=Q(kind__in=["member", "operator"])
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_member(self) -> bool:
        return self.kind == self.Kind.MEMBER


class Member(User):
    """A user seen as a member, for the admin."""

    class Meta:
        proxy = True
        default_permissions = ("view", "change")


class Operator(User):
    """A user seen as an operator, for the admin."""

    class Meta:
        proxy = True


class Slot(models.Model):
    """The vault key sealed for one way of signing in, with the slow hash of its login key."""

    class Kind(models.TextChoices):
        PASSWORD = "password"  # noqa: S105  a slot's kind, not a secret
        RECOVERY = "recovery"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="slots")
    kind = models.CharField(max_length=8, choices=Kind)
    kdf = models.JSONField()
    sealed = models.BinaryField(max_length=60)
    verifier = models.CharField(max_length=256)

    class Meta:
        verbose_name = "key slot"
        constraints: ClassVar = [
            models.UniqueConstraint(name="slot_once_per_kind", fields=["user", "kind"]),
            models.CheckConstraint(
                name="slot_kind_known", condition=Q(kind__in=["password", "recovery"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} slot of {self.user_id}"


class Keyring(models.Model):
    """One member's sealed keyring; `revision` is its compare-and-swap counter (spec §2.3)."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="keyring"
    )
    revision = models.PositiveBigIntegerField()
    sealed = models.BinaryField(max_length=1_048_576)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="keyring_revision_from_one", condition=Q(revision__gte=1)),
        ]

    def __str__(self) -> str:
        return f"keyring of {self.user_id}, revision {self.revision}"


class KeyPair(models.Model):
    """The public half of one generation (spec §2.4). `not_after` in ms, 0: none."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="key_pairs")
    generation = models.PositiveBigIntegerField()
    public_key = models.BinaryField(max_length=640)
    not_after = models.PositiveBigIntegerField(default=0)
    announced_at = models.DateTimeField("announced")
    retired_at = models.DateTimeField("retired", null=True)

    class Meta:
        verbose_name = "key pair"
        constraints: ClassVar = [
            models.UniqueConstraint(name="key_pair_once", fields=["user", "generation"]),
            models.CheckConstraint(
                name="key_pair_generation_from_one", condition=Q(generation__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"generation {self.generation} of {self.user_id}"


class LoginFailure(models.Model):
    """Failed logins of one member in one minute, waiting to become one log entry (spec §7).

    The row without a user counts unknown names, which are not logged.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="login_failures"
    )
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "login failure"
        constraints: ClassVar = [
            models.UniqueConstraint(name="login_failure_once", fields=["user", "minute"]),
        ]

    def __str__(self) -> str:
        return f"{self.count} failed logins of {self.user_id}"


def _per_user(model: str, owner: str, total: models.Aggregate) -> Coalesce:
    """Return an aggregate over another table as a column of its user: a subquery, no N+1."""
    rows: QuerySet[models.Model] = apps.get_model("vault", model)._default_manager.order_by()
    totals = (
        rows.filter(**{owner: OuterRef("pk")}).values(owner).annotate(total=total).values("total")
    )
    return Coalesce(Subquery(totals, output_field=BigIntegerField()), 0)
