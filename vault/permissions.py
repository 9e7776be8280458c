"""Who may call an operation at all; the services decide whose rows it may touch (spec §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from vault.authentication import enforce_csrf
from vault.exceptions import Refusal
from vault.models import MemberSession

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """Members only: the anonymous get 401, operators 403.

    A session opened with the recovery key may do only what its operation lists in
    `methods_in_recovery` (spec §6.1); an operation that lists nothing is closed to it.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, MemberSession):
            return False
        allowed = getattr(view, "methods_in_recovery", ())
        if request.auth.is_restricted and request.method not in allowed:
            raise Refusal("password_required")
        return True


class IsAnyone(BasePermission):
    """Everyone, but a change needs its CSRF token even before there is a session.

    Stops a hostile page from signing its visitor in as somebody else, who would then upload their
    files into the attacker's account (login CSRF).
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        enforce_csrf(request)
        return True
