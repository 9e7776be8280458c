"""The sessions of a member, seen and ended (spec §6.1)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.middleware.csrf import rotate_token
from django.utils import timezone

from audit.log import append
from vault.exceptions import Refusal
from vault.models import MemberSession, Slot
from vault.models.sessions import MAX_ADDRESS, MAX_TEXT

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from vault.models import User
    from vault.services.callers import Caller

MAX_LISTED = 100


def list_sessions(session: MemberSession) -> QuerySet[MemberSession]:
    """Return the open sessions of the member, newest first."""
    live = MemberSession.objects.live(timezone.now()).of_member(session.user)
    return live.order_by("-created_at", "pk")[:MAX_LISTED]


def make_session(request: HttpRequest, member: User, kind: str, caller: Caller) -> None:
    """Record the session that the request just began."""
    now = timezone.now()
    MemberSession.objects.create(
        user=member,
        session_key=str(request.session.session_key),
        kind=kind,
        is_restricted=kind == Slot.Kind.RECOVERY,
        address=caller.address[:MAX_ADDRESS],
        user_agent=caller.user_agent[:MAX_TEXT],
        created_at=now,
        confirmed_at=now,
        last_seen_at=now,
    )


def end_session(session: MemberSession, identifier: UUID, caller: Caller) -> None:
    """End one other session of the member. Raises Refusal `not_found`."""
    chosen = MemberSession.objects.of_member(session.user).filter(pk=identifier)
    with transaction.atomic():
        if not end_sessions(session.user, chosen, "owner", caller):
            raise Refusal("not_found")


def end_other_sessions(session: MemberSession, by: str, caller: Caller) -> int:
    """End all sessions of the member but this one; return how many."""
    others = MemberSession.objects.of_member(session.user).exclude(pk=session.pk)
    with transaction.atomic():
        return end_sessions(session.user, others, by, caller)


def end_sessions(
    member: User, sessions: QuerySet[MemberSession], by: str, caller: Caller | None = None
) -> int:
    """End sessions of one member at once and log it; return how many. Called in a transaction."""
    keys = list(sessions.values_list("session_key", flat=True))
    if not keys:
        return 0
    MemberSession.objects.filter(session_key__in=keys).delete()
    Session.objects.filter(session_key__in=keys).delete()
    append(
        "logout",
        user_id=member.pk,
        detail={"by": by, "sessions": len(keys)},
        commit=caller.commitments() if caller else None,
    )
    return len(keys)


def renew_session(request: HttpRequest, session: MemberSession) -> None:
    """Put the session under a new key and CSRF token, free of restrictions, after new slots.

    A key that somebody copied while the old password was good is worth nothing after.
    """
    request.session.cycle_key()
    rotate_token(request)
    MemberSession.objects.filter(pk=session.pk).update(
        session_key=request.session.session_key, is_restricted=False
    )


def expire_sessions(now: datetime) -> int:
    """Remove the sessions that are over; return how many. Not logged: nobody did it."""
    over = list(MemberSession.objects.over(now).values_list("session_key", flat=True))
    with transaction.atomic():
        MemberSession.objects.filter(session_key__in=over).delete()
        Session.objects.filter(session_key__in=over).delete()
    store: Any = import_module(settings.SESSION_ENGINE)
    store.SessionStore.clear_expired()
    return len(over)
