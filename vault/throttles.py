"""How often an address may ask what needs no session (spec §6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.throttling import SimpleRateThrottle

from vault.guessing import network_of

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class KdfThrottle(SimpleRateThrottle):
    """Questions for KDF parameters, by network; each process counts for itself.

    A sign-in asks once. The limit is for whoever goes through a list of names.
    """

    scope = "kdf"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        network = network_of(request._request)
        return str(self.cache_format % {"scope": self.scope, "ident": network})
