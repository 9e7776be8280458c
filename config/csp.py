"""Content-Security-Policy: one policy for pages, others for worker files (CSP Level 3)."""

from typing import TYPE_CHECKING, Any

from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy

if TYPE_CHECKING:
    from wsgiref.headers import Headers

    from django.http import HttpRequest, HttpResponseBase

_TRUSTED_TYPES = ("require-trusted-types-for", "trusted-types")

# A dedicated worker obeys the policy of its own response. Ours see keys and plaintext, so they get
# no network at all: what a worker holds can leave only by a message to the page.
_WORKER = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["'none'"],
}
# Only Argon2id is WebAssembly; the page and the cipher worker stay without this right.
_KDF_WORKER = _WORKER | {"script-src": ["'self'", "'wasm-unsafe-eval'"]}


def page_policy() -> dict[str, list[str]]:
    """Return the directives for pages."""
    return {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        # The service worker answers a hidden frame of this origin with a streamed download.
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["coffer"],
    }


class PolicyMiddleware(CSPMiddleware):
    """django-csp, with the admin left out of Trusted Types alone: its scripts set innerHTML."""

    def get_policy_parts(
        self, request: "HttpRequest", response: "HttpResponseBase", report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of the policy for one response."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/"):
            parts.replace = {**(parts.replace or {}), **dict.fromkeys(_TRUSTED_TYPES)}
        return parts


def add_static_headers(headers: "Headers", path: str, url: str) -> None:
    """Give worker files a policy of their own (whitenoise calls this for every static file)."""
    policy = _static_policy(url)
    if policy is not None:
        headers["Content-Security-Policy"] = build_policy(config=policy)


def _static_policy(url: str) -> dict[str, Any] | None:
    folder, _, name = url.rpartition("/")
    if not folder.endswith("/js/workers"):
        return None
    # Matches the plain and the hashed name: kdf_worker.js, kdf_worker.0123456789ab.js.
    return _KDF_WORKER if name.partition(".")[0] == "kdf_worker" else _WORKER
