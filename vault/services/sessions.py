"""Signing in and out with a login key, and what failed of it (spec §6.1, §7)."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.log import append
from vault.exceptions import Refusal
from vault.forms import encode_bytes
from vault.guessing import check_guesses, count_guess, forget_guesses
from vault.models import USERNAME_PATTERN, LoginFailure, MemberSession, Slot, User
from vault.services.session_list import make_session
from vault.services.uploads import lock_member
from vault.slots import RECOVERY_KDF, SALT_SIZE, make_password_kdf

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from vault.services.callers import Caller

MEMBER_BACKEND = "vault.authentication.MemberBackend"
# A count that began in its minute has long been stored when the minute is this far over.
FAILURE_GRACE = timedelta(seconds=5)


def find_kdf(kind: str, username: str) -> dict[str, Any]:
    """Return the KDF parameters of a slot; for an unknown name made-up ones that stay the same.

    Otherwise this question, which anyone may ask, would tell who is a member.
    """
    slot = _find_slot(kind, username)
    if slot:
        return dict(slot.kdf)
    return make_password_kdf(_fake_salt(kind, username)) if kind == "password" else RECOVERY_KDF


def sign_in(
    request: HttpRequest, kind: str, username: str, login_key: bytes, caller: Caller
) -> User:
    """Open a session for the member whose slot this login key (32 bytes) fits.

    Raises Refusal `login_failed`, after the same work, for an unknown name, an operator, a wrong
    key and a deactivated member; `throttled` after too many of them.
    """
    check_guesses(request, username)
    slot = _find_slot(kind, username)
    if slot is None:
        derive_verifier(login_key)
    elif matches_verifier(login_key, slot.verifier) and _open(request, slot, caller):
        return slot.user
    _fail(request, username, slot.user_id if slot else None)
    raise Refusal("login_failed")


def confirm_session(
    request: HttpRequest, session: MemberSession, kind: str, login_key: bytes
) -> None:
    """Let the session change slots for ten minutes, for whoever still knows a slot's secret.

    Stops whoever sits down at an unlocked machine from locking its owner out. Raises Refusal as
    sign_in does: it must not be the easier way to guess.
    """
    member = session.user
    check_guesses(request, member.username)
    if not matches_verifier(login_key, member.slots.get(kind=kind).verifier):
        _fail(request, member.username, member.pk)
        raise Refusal("login_failed")
    forget_guesses(request, member.username)
    MemberSession.objects.filter(pk=session.pk).update(confirmed_at=timezone.now())


def open_session(
    request: HttpRequest,
    member: User,
    caller: Caller,
    operation: str,
    *,
    statement: str = "",
    kind: str = Slot.Kind.PASSWORD,
) -> None:
    """Begin a session under a new key and CSRF token; append the log entry of what led to it.

    A new key stops session fixation: one that an attacker planted before is worth nothing after.
    """
    with transaction.atomic():
        MemberSession.objects.filter(session_key=request.session.session_key).delete()
        request.session.flush()
        login(request, member, backend=MEMBER_BACKEND)
        make_session(request, member, kind, caller)
        append(operation, user_id=member.pk, statement=statement, commit=caller.commitments())


def sign_out(request: HttpRequest, session: MemberSession, caller: Caller) -> None:
    """End the session."""
    with transaction.atomic():
        session.delete()
        logout(request)
        append("logout", user_id=session.user_id, commit=caller.commitments())


def derive_verifier(login_key: bytes) -> str:
    """Return the slow salted hash that is stored in place of a login key (32 bytes)."""
    return make_password(encode_bytes(login_key))


def matches_verifier(login_key: bytes, verifier: str) -> bool:
    return check_password(encode_bytes(login_key), verifier)


def flush_login_failures(now: datetime) -> int:
    """Turn the counts of minutes that are over into log entries; return how many entries.

    Counted first and logged later, so that guessing at a name cannot fill the log.
    """
    over = now - FAILURE_GRACE - timedelta(minutes=1)
    waiting = LoginFailure.objects.filter(minute__lte=over).order_by("minute", "pk")
    return sum(_flush_one(pk) for pk in waiting.values_list("pk", flat=True))


def _flush_one(pk: int) -> bool:
    with transaction.atomic():
        # Another process may be at this row, or have done it.
        row = LoginFailure.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if row is None:
            return False
        row.delete()
        if row.user_id is None:
            return False
        minute = row.minute.strftime("%Y-%m-%dT%H:%MZ")
        append("login_failed", user_id=row.user_id, detail={"count": row.count, "minute": minute})
    return True


def _open(request: HttpRequest, slot: Slot, caller: Caller) -> bool:
    """Open a session unless the slot was replaced or its member deactivated meanwhile."""
    with transaction.atomic():
        # A change of password holds the same lock while it ends the sessions: one that began with
        # the old password in the moment before would be left open.
        member = lock_member(slot.user)
        if not member.is_active or not Slot.objects.filter(pk=slot.pk).exists():
            return False
        open_session(request, member, caller, "login", kind=slot.kind)
    return True


def _fail(request: HttpRequest, username: str, user_id: UUID | None) -> None:
    count_guess(request, username)
    _count_failure(user_id)


def _count_failure(user_id: UUID | None) -> None:
    """Count one failure; unknown names too, in a row without a user: both take the same time."""
    minute = timezone.now().replace(second=0, microsecond=0)
    rows = LoginFailure.objects.filter(user=user_id, minute=minute)
    with transaction.atomic():
        if not rows.update(count=F("count") + 1):
            first = LoginFailure(user_id=user_id, minute=minute)
            LoginFailure.objects.bulk_create([first], ignore_conflicts=True)
            rows.update(count=F("count") + 1)


def _find_slot(kind: str, username: str) -> Slot | None:
    # What can be no name is not asked for: PostgreSQL refuses a text with NUL in it.
    if not re.match(USERNAME_PATTERN, username):
        return None
    return (
        Slot.objects.select_related("user")
        .filter(kind=kind, user__username=username, user__kind=User.Kind.MEMBER)
        .first()
    )


def _fake_salt(kind: str, username: str) -> bytes:
    message = b"\0".join((b"coffer/v1/unknown-salt", kind.encode(), username.encode()))
    return hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)[:SALT_SIZE]
