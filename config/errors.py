"""Errors outside the API's handler: {code, detail} for programs, a page for people (spec §6)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from vault.exceptions import REFUSALS

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


def _answer(request: HttpRequest, code: str, status: int, detail: str) -> HttpResponse:
    if request.path_info.startswith(_FOR_PROGRAMS):
        return JsonResponse({"code": code, "detail": detail}, status=status)
    # No request context: a failing context processor must not fail the error page too.
    return render(None, "problem.html", {"status": status, "detail": detail}, status=status)
