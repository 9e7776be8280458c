"""Errors outside the API's handler: {code, detail} for programs, a page for people (spec §6)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from vault.exceptions import REFUSALS, Refusal

_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz")
_SERVER_ERROR = (500, "The server failed; nothing was changed.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, for one to a forged Host header."""
    return _answer(request, "invalid", *REFUSALS["invalid"])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a request without a valid CSRF token."""
    return _answer(request, "csrf_failed", *REFUSALS["csrf_failed"])


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, "forbidden", *REFUSALS["forbidden"])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; the path is not repeated, so that nothing sent is reflected."""
    return _answer(request, "not_found", *REFUSALS["not_found"])


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without a word about the cause, which is in the log."""
    return _answer(request, "server_error", *_SERVER_ERROR)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: object) -> HttpResponse:
    """Answer 429 to the guess that reached the limit, and to every one until the lock is over."""
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return refused(request, Refusal("throttled", retry_after=wait))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer what was refused outside the API."""
    body = refusal.body()
    response = _answer(request, refusal.code, refusal.status, body["detail"])
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _answer(request: HttpRequest, code: str, status: int, detail: str) -> HttpResponse:
    if request.path_info.startswith(_FOR_PROGRAMS):
        return JsonResponse({"code": code, "detail": detail}, status=status)
    # No request context: a failing context processor must not fail the error page too.
    return render(None, "problem.html", {"status": status, "detail": detail}, status=status)
