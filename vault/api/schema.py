"""How the operations are described in OpenAPI (spec §6)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

_CSRF_TOKEN = OpenApiParameter(
    "X-CSRFToken",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="`csrf_token` of `GET session`.",
)


class OperationSchema(AutoSchema):
    """Adds the header that every request carries which changes something."""

    def get_override_parameters(self) -> list[Any]:
        return [] if self.method == "GET" else [_CSRF_TOKEN]
