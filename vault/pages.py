"""HTML shells without data, the same bytes for everyone, and the service worker (spec §6)."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

_SERVICE_WORKER = "js/workers/service_worker.js"


# Nothing in it is secret, so that its compressed length tells nothing.
@gzip_page
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Answer every member page: the browser routes, and asks the API for whatever is personal."""
    # No request context: a token or a name in the page would end up in caches.
    response = render(None, "vault/shell.html")
    # Asked for anew each time, so that a page never runs yesterday's hashed modules.
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the download service worker at the root, whose scope it needs, under its plain name."""
    path = finders.find(_SERVICE_WORKER) or staticfiles_storage.path(_SERVICE_WORKER)
    if not isinstance(path, str) or not Path(path).is_file():
        raise Http404
    response = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response
