"""The rows of a vault: opaque ciphertext, public keys and the constraints that hold them (spec §2-§6).

Nothing here can be decrypted by the server. Reads live on the QuerySets, writes in vault.services, because every
write appends its log entry in the same transaction.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vault.querysets import (
    FileQuerySet,
    GrantQuerySet,
    LabelQuerySet,
    StatementQuerySet,
    UploadQuerySet,
    UserQuerySet,
    VersionQuerySet,
)

EMPTY_HASH = "0" * 64
USERNAME_PATTERN = r"\A[a-z0-9][a-z0-9._-]{2,31}\Z"


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes operators; members are made by vault.services.accounts alone."""

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Make an operator with every permission. Used by `createsuperuser`."""
        user: User = self.model(
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
            RegexValidator(
                USERNAME_PATTERN,
                "Use 3 to 32 of a-z 0-9 . _ - and begin with a letter or digit.",
            )
        ],
        error_messages={"unique": "This name is taken."},
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
            # A vault that can reach the admin would let one stolen session read the log of everybody.
            models.CheckConstraint(
                name="user_member_is_never_staff",
                condition=~Q(kind="member") | Q(is_staff=False, is_superuser=False),
            ),
            models.CheckConstraint(
                name="user_operator_has_no_vault",
                condition=~Q(kind="operator") | Q(chain_seq=0, generation=0),
            ),
            models.CheckConstraint(name="user_kind_known", condition=Q(kind__in=["member", "operator"])),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_member(self) -> bool:
        return self.kind == self.Kind.MEMBER


class Slot(models.Model):
    """The vault key sealed for one way of signing in, with the slow hash of its login key (spec §2.2)."""

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


class Upload(models.Model):
    """A version whose blocks are arriving. `id` is the version's, `length` the plaintext's (spec §6.2)."""

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


class Statement(models.Model):
    """One link of a member's chain, as it was signed; `entry` is its log entry's seq (spec §5)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="statements")
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=32)
    hash = models.CharField(max_length=64, unique=True)
    statement = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    created_at = models.DateTimeField("received")
    entry = models.PositiveBigIntegerField("log entry")

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="statement_once", fields=["user", "seq"]),
            models.CheckConstraint(name="statement_seq_from_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"statement {self.seq} of {self.user_id}"


class LoginFailure(models.Model):
    """Failed logins of one member in one minute, waiting to become one log entry (spec §7)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_failures")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "login failure"
        constraints: ClassVar = [
            models.UniqueConstraint(name="login_failure_once", fields=["user", "minute"]),
        ]

    def __str__(self) -> str:
        return f"{self.count} failed logins of {self.user_id}"
