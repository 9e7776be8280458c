"""The log in Django's admin: read, search, filter, verify; nothing can be edited (spec §7)."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from audit import listing, panel, sheet
from audit.log import TIMESTAMP
from audit.models import Entry, Verification
from audit.operations import Operation

# Generic to the type checker alone: Django's own class takes no parameter when it runs.
if TYPE_CHECKING:
    _EntryAdmin = admin.ModelAdmin[Entry]
    _VerificationAdmin = admin.ModelAdmin[Verification]
else:
    _EntryAdmin = _VerificationAdmin = admin.ModelAdmin

_WORDS = dict(Operation.choices)


class ReadOnly:
    """Takes every way to change something from an admin, superusers included."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return false."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return false."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return false."""
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnly, _EntryAdmin):
    """The log, newest first, under the chain panel."""

    list_display = ("seq", "time", "what", "who", "file", "short_hash")
    list_filter = (listing.EntryFilter,)
    search_fields = ("seq",)
    search_help_text = _("Entry number, user, file id or statement hash")
    sortable_by = ("seq",)
    ordering = ("-seq",)
    list_per_page = 50
    paginator = listing.LogPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    change_form_template = "admin/audit/entry/sheet.html"

    class Media:
        css = {"all": ("css/admin-audit.css",)}  # noqa: RUF012  # as Django declares it

    def get_urls(self) -> list[URLPattern]:
        """Add the two requests of a verification run."""
        wrap = self.admin_site.admin_view
        return [
            path("verify/", wrap(require_POST(self.verify)), name="audit_entry_verify"),
            path(
                "verify/<int:run_id>/slice/",
                wrap(require_POST(self.verify_slice)),
                name="audit_entry_verify_slice",
            ),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[listing.EntryChangeList]:
        """Return the list that knows its names."""
        return listing.EntryChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        """Return what the term names exactly: a substring search would read the whole log."""
        return listing.search(queryset, search_term) if search_term else queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under the chain panel."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {"title": _("Audit entries"), "panel": panel.read_panel()}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one entry as a sheet: its fields, bytes, hashes and commitments."""
        entry = self.get_object(request, object_id) if self.has_view_permission(request) else None
        context: dict[str, Any] = {}
        if entry is not None:
            context = {"sheet": sheet.read_sheet(entry), "title": str(entry), "subtitle": None}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def verify(self, request: HttpRequest) -> HttpResponse:
        """Start a run."""
        self._require_view_permission(request)
        return panel.start_run(request)

    def verify_slice(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Verify the next slice of a run."""
        self._require_view_permission(request)
        return panel.advance_run(request, run_id)

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[()]:
        """Return none: the sheet shows them."""
        return ()

    @admin.display(description=_("time (UTC)"))
    def time(self, entry: Entry) -> SafeString:
        """Return the time to the second; the sheet has the rest."""
        return _time(entry.timestamp)

    @admin.display(description=_("operation"))
    def what(self, entry: Entry) -> str:
        """Return the operation in words."""
        return str(_WORDS.get(entry.operation, entry.operation))

    @admin.display(description=_("user"))
    def who(self, entry: Entry) -> SafeString | str:
        """Return the user, as a link to everything they did."""
        return _search_link(entry.user_id, getattr(entry, "username", ""))

    @admin.display(description=_("file"))
    def file(self, entry: Entry) -> SafeString | str:
        """Return the file, as a link to everything done to it, or how many there are."""
        count: int = getattr(entry, "file_count", 0)
        if count:
            return ngettext("%(count)d file", "%(count)d files", count) % {"count": count}
        return _search_link(entry.file_id)

    @admin.display(description=_("hash"))
    def short_hash(self, entry: Entry) -> SafeString:
        """Return the beginning of the entry's hash."""
        return format_html(
            '<code title="{}">{}</code>', entry.current_hash, entry.current_hash[:12]
        )

    def _require_view_permission(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


@admin.register(Verification)
class VerificationAdmin(ReadOnly, _VerificationAdmin):
    """The history of verification runs."""

    list_display = ("started", "who", "result", "seconds")
    list_display_links = None
    list_filter = ("status",)
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    class Media:
        css = EntryAdmin.Media.css

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[listing.RunChangeList]:
        """Return the list that knows its names."""
        return listing.RunChangeList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its name."""
        return super().changelist_view(
            request, {"title": _("Verifications")} | (extra_context or {})
        )

    @admin.display(description=_("started (UTC)"))
    def started(self, run: Verification) -> SafeString:
        """Return the time to the second."""
        return _time(run.started_at.strftime(TIMESTAMP))

    @admin.display(description=_("started by"))
    def who(self, run: Verification) -> str:
        """Return the operator's name, or the command."""
        return getattr(run, "username", "") or run.started_by

    @admin.display(description=_("result"))
    def result(self, run: Verification) -> SafeString | str:
        """Return the sentence, leading to the first bad entry, or how far the run came."""
        url = panel.bad_entry_url(run)
        return format_html('<a href="{}">{}</a>', url, run.sentence) if url else str(run)

    @admin.display(description=_("seconds"))
    def seconds(self, run: Verification) -> str:
        """Return how long the run took."""
        if run.finished_at is None:
            return ""
        return f"{(run.finished_at - run.started_at).total_seconds():.1f}"


def _time(timestamp: str) -> SafeString:
    words = f"{timestamp[:10]} {timestamp[11:19]}"
    return format_html('<time datetime="{}">{}</time>', timestamp, words)


def _search_link(term: str, words: str = "") -> SafeString | str:
    """Return a link that searches the log for an id; "" shows as the admin's dash."""
    if not term:
        return ""
    url = reverse("admin:audit_entry_changelist", query={"q": term})
    return format_html('<a href="{}" title="{}">{}</a>', url, term, words or term[:8])
