"""Errors outside the API's handler: {code, detail} for programs, a page for people (spec §6)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

_FOR_PROGRAMS = ("/api/", "/log/", "/healthz", "/readyz")


@dataclass(frozen=True)
class Problem:
    """One answer: HTTP status, stable code and one sentence."""

    status: int
    code: str
    detail: str


BAD_REQUEST = Problem(400, "bad_request", "The server could not make sense of this request.")
CSRF_FAILED = Problem(
    403, "csrf_failed", "The page was open for too long; please reload it and try again."
)
FORBIDDEN = Problem(403, "forbidden", "You may not do this.")
NOT_FOUND = Problem(404, "not_found", "There is nothing at this address.")
SERVER_ERROR = Problem(500, "server_error", "The server failed; nothing was changed.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, for one to a forged Host header."""
    return _answer(request, BAD_REQUEST)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a request without a valid CSRF token."""
    return _answer(request, CSRF_FAILED)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; the path is not repeated, so that nothing sent is reflected."""
    return _answer(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without a word about the cause, which is in the log."""
    return _answer(request, SERVER_ERROR)


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    if request.path_info.startswith(_FOR_PROGRAMS):
        body = {"code": problem.code, "detail": problem.detail}
        return JsonResponse(body, status=problem.status)
    # No request context: a failing context processor must not fail the error page too.
    return render(None, "problem.html", {"problem": problem}, status=problem.status)
