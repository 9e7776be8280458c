"""Middleware of the deployment: whom to believe behind a proxy, hosts, response headers."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config import errors
from vault.exceptions import Refusal

Handler = Callable[[HttpRequest], HttpResponseBase]

_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
# Every feature a page could be tricked into using and that a drive never needs.
_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
_ON_EVERY_HOST = ("/static/", "/healthz", "/readyz")


class TrustedProxies:
    """Takes client address and scheme from forwarding headers only when a trusted proxy sent them.

    Stops a client that sends `X-Forwarded-For` or `X-Forwarded-Proto` itself, to be logged under
    another's address, to escape a rate limit or to pass as https.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.trusted = settings.COFFER_TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Rewrite REMOTE_ADDR behind a trusted proxy; drop every forwarding header otherwise."""
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            request.META["REMOTE_ADDR"] = self._client(request)
            keep = "HTTP_X_FORWARDED_PROTO"
        else:
            keep = ""
        for header in _FORWARDED:
            if header != keep:
                request.META.pop(header, None)
        return self.get_response(request)

    def _client(self, request: HttpRequest) -> str:
        # From the right: each proxy appends, so what stands right of an untrusted hop is true.
        address = str(request.META["REMOTE_ADDR"])
        for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            if not self._is_trusted(address) or not _is_address(hop.strip()):
                break
            address = hop.strip()
        return address

    def _is_trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in self.trusted)


class BrowserPolicies:
    """Adds the response headers that Django has no setting for."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set CORP and Permissions-Policy, and for the admin a Referrer-Policy it can work with."""
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if request.path_info.startswith("/admin/"):
            # Under no-referrer a form post says `Origin: null`, which CSRF rightly refuses.
            response.headers.setdefault("Referrer-Policy", "same-origin")
        return response


class AdminHost:
    """Serves the admin on COFFER_ADMIN_HOST alone, when set, and nothing else there.

    The two hosts are then two origins: a fault in a member page cannot reach the admin's session,
    and the admin cannot reach a member's unlocked page.
    """

    def __init__(self, get_response: Handler) -> None:
        if not settings.COFFER_ADMIN_HOST:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raise Http404 for the admin on another host and for another page on the admin's host."""
        on_admin_host = request.get_host().lower() == settings.COFFER_ADMIN_HOST
        is_admin = request.path_info.startswith("/admin/")
        if on_admin_host != is_admin and not request.path_info.startswith(_ON_EVERY_HOST):
            raise Http404
        return self.get_response(request)


class Refusals:
    """Answers what was refused outside the API, as a sign-in to the admin on a busy server."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page or the JSON of a refusal, None for any other error."""
        return errors.refused(request, error) if isinstance(error, Refusal) else None


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
