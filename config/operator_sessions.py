"""How long an operator's session lasts: the limits that members' sessions have (docs/settings.md).

Members' sessions have rows of their own, which vault.authentication holds to the same limits.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SEEN_EVERY = 60.0  # seconds: a session is not written for every request


class OperatorSessions:
    """Signs an operator out whose session rested for too long or is too old."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hold the session to the limits; note that it is in use."""
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            _hold_to_limits(request)
        return self.get_response(request)


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, user: Any, **kwargs: object) -> None:
    """Note when an operator's session was opened."""
    if not user.is_member:
        request.session["opened"] = request.session["seen"] = time.time()


def _hold_to_limits(request: HttpRequest) -> None:
    now, session = time.time(), request.session
    # A session of before there were limits is over too.
    opened, seen = session.get("opened", 0.0), session.get("seen", 0.0)
    if (
        now - opened > settings.COFFER_SESSION_LIFETIME.total_seconds()
        or now - seen > settings.COFFER_SESSION_IDLE.total_seconds()
    ):
        logout(request)
    elif now - seen >= SEEN_EVERY:
        session["seen"] = now
