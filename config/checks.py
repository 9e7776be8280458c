"""Coded warnings about unsafe settings, shown by every `manage.py check` (docs/settings.md)."""

import ipaddress
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security)
def unsafe_settings(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return coffer.W001 to coffer.W008 for the settings that need a second look."""
    found: list[CheckMessage] = []
    # On localhost nobody else is served, so only what other machines can reach is judged.
    if not is_loopback(settings.COFFER_PUBLIC_URL):
        found += _public_settings()
    return [*found, *_private_files(), *_object_store()]


def is_loopback(url: str) -> bool:
    """Say whether the host of `url` is this machine, which browsers treat as a secure origin."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _public_settings() -> Iterator[CheckMessage]:
    https = settings.COFFER_PUBLIC_URL.startswith("https://")
    if settings.DEBUG:
        yield Warning(
            "COFFER_DEBUG is on for a public address: error pages show settings and code.",
            id="coffer.W001",
        )
    if not settings.COFFER_ADMIN_HOST:
        yield Warning(
            "COFFER_ADMIN_HOST is not set: the admin shares an origin with the members' pages.",
            hint="Give the admin a host name of its own.",
            id="coffer.W002",
        )
    if not https:
        yield Warning(
            "COFFER_PUBLIC_URL is http: browsers offer no WebCrypto there, so no vault opens.",
            hint="Put a proxy with TLS in front and set an https address.",
            id="coffer.W003",
        )
    if https and not settings.COFFER_TRUSTED_PROXIES:
        yield Warning(
            "COFFER_TRUSTED_PROXIES is empty: no request will count as https.",
            hint="Name the address of the proxy that ends TLS.",
            id="coffer.W004",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Warning(
            "COFFER_ALLOWED_HOSTS allows every name: a forged Host header is believed.",
            id="coffer.W005",
        )


def _private_files() -> Iterator[CheckMessage]:
    secret = settings.COFFER_DATA / "secret_key"
    for code, what, path in (
        ("coffer.W006", "secret key", secret),
        ("coffer.W007", "log key", settings.COFFER_LOG_KEY),
    ):
        if _others_may_read(path):
            yield Warning(
                f"The {what} can be read by other accounts of this machine.",
                hint=f"chmod 600 {path}",
                id=code,
            )


def _object_store() -> Iterator[CheckMessage]:
    endpoint = settings.COFFER_S3_PUBLIC_ENDPOINT
    if endpoint.startswith("http://") and not is_loopback(endpoint):
        yield Warning(
            "COFFER_S3_PUBLIC_ENDPOINT is http: presigned addresses travel in the clear.",
            id="coffer.W008",
        )


def _others_may_read(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
