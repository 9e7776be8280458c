"""One table of refusals and one handler: every error is `{code, detail}` (spec §6, §8)."""

from __future__ import annotations

import errno
import logging
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from rest_framework import exceptions as drf
from rest_framework.response import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

# code: (HTTP status, the sentence a person reads)
REFUSALS: dict[str, tuple[int, str]] = {
    "invalid": (400, "The request is not of the shape that was expected."),
    "malformed_json": (400, "The request is not strict JSON in UTF-8."),
    "statement_invalid": (400, "The statement breaks a rule of its type."),
    "signature_invalid": (400, "The signature does not fit the statement."),
    "username_invalid": (400, "Use 3 to 32 of a-z 0-9 . _ - and begin with a letter or digit."),
    "block_length": (400, "The block does not have the length that its upload demands."),
    "block_digest": (400, "The block does not have the digest that was announced."),
    "block_index": (400, "The upload has no block with this number."),
    "login_failed": (401, "The name or the password is wrong."),
    "not_authenticated": (401, "Please sign in first."),
    "forbidden": (403, "You may not do this."),
    "csrf_failed": (403, "The page was open for too long; please reload it and try again."),
    "confirmation_required": (403, "Please enter your password once more first."),
    "password_required": (403, "Please choose a new password first."),
    "registration_closed": (403, "This server does not take new members."),
    "capability_invalid": (403, "The permission to download has expired; please start again."),
    "not_found": (404, "There is nothing at this address."),
    "method_not_allowed": (405, "This address does not know that method."),
    "conflict": (409, "Someone was faster; nothing was changed."),
    "stale_generation": (409, "The key is not the newest one any more."),
    "stale_head": (409, "The vault was changed elsewhere in the meantime."),
    "stale_keyring": (409, "The keyring was changed elsewhere in the meantime."),
    "upload_incomplete": (409, "Some blocks of the upload are missing."),
    "username_taken": (409, "This name is taken."),
    "length_required": (411, "The request must say how long it is."),
    "too_large": (413, "The request is larger than this address takes."),
    "unsupported_media_type": (415, "The request's content type is not known here."),
    "throttled": (429, "Too many attempts; please wait a quarter of an hour and try again."),
    "unavailable": (503, "The server cannot do this right now; nothing was changed."),
    "quota": (507, "The server has no room left; nothing was changed."),
}


TOO_FAST = "Too many requests; please try again in a minute."


@dataclass
class Refusal(Exception):  # noqa: N818  not a fault of the program: the answer to a request
    """An exact answer to a request that cannot be fulfilled.

    `code` is a key of REFUSALS, `detail` a sentence that replaces the table's, `extra` further
    members of the answer (the head in `stale_head`), `retry_after` seconds, 0 for none.
    """

    code: str
    detail: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    retry_after: int = 0

    @property
    def status(self) -> int:
        return REFUSALS[self.code][0]

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "detail": self.detail or REFUSALS[self.code][1],
            **self.extra,
        }


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer for an error, or None for a fault of the program (Django answers 500)."""
    refusal = _refusal_for(error)
    if refusal is None:
        return None
    response = Response(refusal.body(), status=refusal.status)
    if refusal.status == 401:
        # RFC 9110 §11.6.1 demands a challenge; this one makes no browser show its own prompt.
        response["WWW-Authenticate"] = 'Session realm="coffer"'
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    if isinstance(error, drf.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


_BY_CLASS: tuple[tuple[type[Exception], str], ...] = (
    (Http404, "not_found"),
    (drf.NotFound, "not_found"),
    (drf.NotAuthenticated, "not_authenticated"),
    (drf.AuthenticationFailed, "not_authenticated"),
    (drf.PermissionDenied, "forbidden"),
    (PermissionDenied, "forbidden"),
    (drf.MethodNotAllowed, "method_not_allowed"),
    (drf.UnsupportedMediaType, "unsupported_media_type"),
    (drf.ParseError, "malformed_json"),
    (RequestDataTooBig, "too_large"),
    (SuspiciousOperation, "invalid"),
    # The sender went away in the middle of the body.
    (UnreadablePostError, "invalid"),
)


def _refusal_for(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, drf.ValidationError):
        return Refusal("invalid", _sentence(error.detail))
    if isinstance(error, drf.Throttled):
        wait = math.ceil(getattr(error, "wait", None) or 1)
        return Refusal("throttled", TOO_FAST, retry_after=wait)
    for kind, code in _BY_CLASS:
        if isinstance(error, kind):
            return Refusal(code)
    return _refusal_for_machine(error)


def _refusal_for_machine(error: Exception) -> Refusal | None:
    """Disk and database can fail without a fault in the program: say so, and wake the operator."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        code = "quota"
    elif isinstance(error, OSError | OperationalError):
        code = "unavailable"
    else:
        return None
    logger.error("storage failed: %s", type(error).__name__, exc_info=error)
    return Refusal(code)


def _sentence(detail: Any, path: str = "") -> str:
    """Return the first of nested validation errors as one sentence that names its field."""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        step = "" if name == "non_field_errors" else str(name)
        return _sentence(inner, ".".join(part for part in (path, step) if part))
    if isinstance(detail, list) and detail:
        at, inner = next((i, item) for i, item in enumerate(detail) if item)
        is_row = isinstance(inner, dict | list)
        return _sentence(inner, f"{path}.{at}" if is_row else path)
    return f"{path}: {detail}" if path else str(detail)
