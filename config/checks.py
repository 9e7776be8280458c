"""Coded warnings about unsafe settings, shown by every `manage.py check` (docs/settings.md)."""

import ipaddress
import stat
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from config import environment

# Names of settings to come.
RESERVED = (
    "COFFER_LOG_KEY",
    "COFFER_QUOTA_BYTES",
    "COFFER_ROTATION_DAYS",
    "COFFER_S3_ACCESS_KEY",
    "COFFER_S3_BUCKET",
    "COFFER_S3_ENDPOINT",
    "COFFER_S3_PUBLIC_ENDPOINT",
    "COFFER_S3_SECRET_KEY",
)


@register(Tags.security)
def unsafe_settings(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return coffer.W001 to coffer.W007 for the settings that need a second look."""
    found: list[CheckMessage] = []
    # On localhost nobody else is served, so only what other machines can reach is judged.
    if not is_loopback(settings.COFFER_PUBLIC_URL):
        found += _public_settings()
    return [*found, *_secret_key(), *_reserved()]


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


def _secret_key() -> Iterator[CheckMessage]:
    path = settings.COFFER_DATA / "secret_key"
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Warning(
            "The secret key can be read by other accounts of this machine.",
            hint=f"chmod 600 {path}",
            id="coffer.W006",
        )


def _reserved() -> Iterator[CheckMessage]:
    # Silence would let someone believe that, say, their blocks lie in an object store.
    for name in RESERVED:
        if environment.text(name):
            yield Warning(f"{name} is set, but this version does not act on it.", id="coffer.W007")
