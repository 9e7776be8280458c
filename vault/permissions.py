"""Who may call an operation at all; the services decide whose rows it may touch (spec §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from vault.authentication import enforce_csrf
from vault.models import User

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """Members only: the anonymous get 401, operators 403."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) and request.user.is_member


class IsAnyone(BasePermission):
    """Everyone, but a change needs its CSRF token even before there is a session.

    Stops a hostile page from signing its visitor in as somebody else, who would then upload their
    files into the attacker's account (login CSRF).
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        enforce_csrf(request)
        return True
