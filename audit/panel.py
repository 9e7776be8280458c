"""The chain panel of the admin: what it shows, and the two requests that verify (spec §7)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse

from audit import log, verification
from audit.listing import read_usernames
from audit.models import Verification

# Without the script a person presses Continue: fewer, longer slices.
SLICE_WITHOUT_SCRIPT = 100_000


def read_panel() -> dict[str, Any]:
    """Return what the panel shows."""
    head = log.read_head()
    runs = Verification.objects.order_by("-pk")
    newest = runs.first()
    last = runs.exclude(status=Verification.Status.RUNNING).first()
    return {
        "head": head,
        "asked_origin": settings.COFFER_LOG_ORIGIN,
        "running": newest if newest != last else None,
        "last": last,
        "summary": _summarise(last),
        "bad": bad_entry_url(last),
    }


def start_run(request: HttpRequest) -> HttpResponse:
    """Start a run over the whole chain."""
    run = verification.start(str(request.user.pk))
    if _wants_json(request):
        return JsonResponse(_state(run), status=201)
    return _continue_without_script(request, run)


def advance_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Verify the next slice of a run."""
    run = get_object_or_404(Verification, pk=run_id)
    if _wants_json(request):
        verification.advance(run)
        return JsonResponse(_state(run))
    return _continue_without_script(request, run)


def bad_entry_url(run: Verification | None) -> str:
    """Return where the first bad entry of a broken run is shown, or ""."""
    if run is None or run.bad_seq is None:
        return ""
    return reverse("admin:audit_entry_change", args=[run.bad_seq])


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _continue_without_script(request: HttpRequest, run: Verification) -> HttpResponse:
    verification.advance(run, SLICE_WITHOUT_SCRIPT)
    if run.sentence:
        broken = run.status == Verification.Status.BROKEN
        messages.add_message(request, messages.ERROR if broken else messages.SUCCESS, run.sentence)
    return HttpResponseRedirect(reverse("admin:audit_entry_changelist"))


def _state(run: Verification) -> dict[str, str | int]:
    return {
        "position": run.position - run.first + 1,
        "size": run.entries,
        "status": run.status,
        "sentence": run.sentence,
        "summary": _summarise(run) if run.sentence else "",
        "bad": bad_entry_url(run),
        "slice": reverse("admin:audit_entry_verify_slice", args=[run.pk]),
    }


def _summarise(run: Verification | None) -> str:
    """Return the panel's words on a run that has ended, as plain text."""
    by = "" if run is None else read_usernames({run.started_by}).get(run.started_by, "")
    return render_to_string("admin/audit/entry/summary.txt", {"run": run, "by": by}).strip()
