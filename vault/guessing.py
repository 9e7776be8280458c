"""Guessing at sign-in is stopped, and nobody can be locked out by somebody else (spec §6.1).

django-axes counts failures by name and network together, and this module by network alone with a
generous limit; never by name alone, which would let anyone lock out anyone whose name they know.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum

from vault.exceptions import Refusal
from vault.models import USERNAME_PATTERN

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

# Whoever has an IPv6 address has 2^64 of them.
_IPV6_NETWORK = 64
# A Unix socket has no address; all that comes in through it counts as one.
NO_ADDRESS = "0.0.0.0"  # noqa: S104  an address to count under, not one to listen on


def check_guesses(request: HttpRequest, username: str) -> None:
    """Raise Refusal `throttled` where too many guesses came from; nothing is counted."""
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        raise Refusal("throttled", retry_after=retry_after())


def count_guess(request: HttpRequest, username: str) -> None:
    """Count a failure; the one that reaches the limit is answered as `throttled` already."""
    credentials = {"username": username}
    AxesProxyHandler.user_login_failed(__name__, credentials=credentials, request=request)


def forget_guesses(request: HttpRequest, username: str) -> None:
    """Forget the failures of this name from this network: its owner is there."""
    AxesProxyHandler.update_request(request)
    AxesProxyHandler.get_implementation().reset_user_attempts(request, {"username": username})


def clear_old_guesses(now: datetime) -> int:
    """Remove the counts that are over, with the addresses in them; return how many."""
    old = AccessAttempt.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME)
    return int(old.delete()[0])


def retry_after() -> int:
    """Return after how many seconds without a failure a lock is over."""
    return int(settings.AXES_COOLOFF_TIME.total_seconds())


def name_of(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the name that failures are counted under; what can be no name counts as none."""
    username = (credentials or {}).get("username") or ""
    return username if re.match(USERNAME_PATTERN, username) else ""


def network_of(request: HttpRequest) -> str:
    """Return the address that failures are counted under: an IPv6 one stands for its network.

    config.middleware has settled whose address this is.
    """
    text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return NO_ADDRESS
    # An IPv4 client on a socket of both families: without this all of them would be one network.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False).network_address)


class GuessBackend(AxesStandaloneBackend):  # type: ignore[misc]
    """Stops guesses in every form that asks Django who somebody is, as the admin's does."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        # Without a request it is the server's own code that asks.
        if request is not None:
            super().authenticate(request, **credentials)


class GuessHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """axes' counts by name and network, and a limit for a network whatever the names."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return bool(super().is_locked(request, credentials)) or self._is_network_locked(request)

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is None:
            return
        # Not part of what is counted, and nobody's business: a new one with every guess would
        # only make rows.
        request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)

    def _is_network_locked(self, request: HttpRequest) -> bool:
        # A success resets the counts of its own name alone: otherwise whoever has an account could
        # sign in between two guesses and go on for ever.
        attempts = AccessAttempt.objects.filter(
            ip_address=network_of(request), attempt_time__gte=get_cool_off_threshold(request)
        )
        total = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return int(total) >= settings.COFFER_NETWORK_FAILURES
