"""What drf-spectacular cannot guess for the OpenAPI description: the session cookie (spec §6)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a member; drf-spectacular finds the class because it is imported."""

    target_class = "vault.authentication.MemberSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme; under https the cookie's name has the prefix `__Host-`."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "coffer_session",
            "description": "Changes also carry the header X-CSRFToken, from `GET session`.",
        }
