"""How the operations are described in OpenAPI (spec §6)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from vault.permissions import IsAnyone

_CSRF_TOKEN = OpenApiParameter(
    "X-CSRFToken",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="`csrf_token` of `GET session`.",
)


class OperationSchema(AutoSchema):
    """Adds the header that every change carries, and tells where no session is needed."""

    def get_override_parameters(self) -> list[Any]:
        return [] if self.method == "GET" else [_CSRF_TOKEN]

    def get_auth(self) -> list[Any]:
        """Return the ways to authenticate; `{}` says that an operation also takes none."""
        optional = any(
            isinstance(permission, IsAnyone) for permission in self.view.get_permissions()
        )
        return [*super().get_auth(), *([{}] if optional else [])]
