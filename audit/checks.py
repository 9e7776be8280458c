"""System checks of the log (spec §7)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from audit.models import Head


@register(Tags.database)
def check_origin(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Warn when the settings ask for another origin than the one the log began with."""
    if not databases:
        return []
    try:
        head = Head.objects.first()
    except DatabaseError:  # not migrated yet
        return []
    asked = settings.COFFER_LOG_ORIGIN
    if head is None or head.origin == asked:
        return []
    return [
        Warning(
            f"The log began with the origin {head.origin} and keeps it; the settings say {asked}.",
            hint=f"Set COFFER_LOG_ORIGIN to {head.origin}.",
            id="audit.W001",
        )
    ]
