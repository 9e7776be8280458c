"""Sessions of members and operators, kept apart, and CSRF for every change (spec §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.utils import timezone
from rest_framework.authentication import CSRFCheck, SessionAuthentication

from vault.exceptions import Refusal
from vault.models import MemberSession, User

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from rest_framework.request import Request


class MemberBackend(BaseBackend):
    """Carries the sessions of members; it signs nobody in.

    Login keys are checked by vault.services.sessions alone, so no other form of the site, the
    admin's above all, can be used to guess them.
    """

    def get_user(self, user_id: UUID) -> User | None:
        return User.objects.members().filter(pk=user_id, is_active=True).first()


class OperatorBackend(ModelBackend):
    """Django's backend for operators alone: a member has no password and never enters the admin."""

    def user_can_authenticate(self, user: Any) -> bool:
        return not user.is_member and super().user_can_authenticate(user)


class MemberSessionAuthentication(SessionAuthentication):
    """Django's session, with 401 for the anonymous and the CSRF check answered in our form.

    `request.auth` is the member's session. One that was ended or is over is nobody's, even if its
    Django session is still there.
    """

    def authenticate(self, request: Request) -> tuple[User, MemberSession | None] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = cast("User", found[0])
        if not user.is_member:
            return user, None
        now = timezone.now()
        key = request._request.session.session_key
        session = MemberSession.objects.live(now).filter(user=user, session_key=key).first()
        if session is None:
            return None
        session.user = user
        session.touch(now)
        return user, session

    def authenticate_header(self, request: Request) -> str:
        """Return a challenge, without which DRF would answer 403 to the anonymous."""
        return 'Session realm="coffer"'

    def enforce_csrf(self, request: HttpRequest | Request) -> None:
        enforce_csrf(request)


def enforce_csrf(request: HttpRequest | Request) -> None:
    """Refuse (`csrf_failed`) a change without the token of `GET session`."""
    check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]
    check.process_request(request)
    if check.process_view(request, None, (), {}):  # type: ignore[arg-type]
        raise Refusal("csrf_failed")
