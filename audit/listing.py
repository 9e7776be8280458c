"""How the admin lists entries: filter, page count and names, at a constant number of queries."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit.models import Entry, EntryItem, about_file
from audit.operations import Operation
from audit.reader import read_size

# Generic to the type checker alone: Django's own classes take no parameter when they run.
if TYPE_CHECKING:
    _EntryPaginator = Paginator[Entry]
else:
    _EntryPaginator = Paginator

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class LogPaginator(_EntryPaginator):
    """Pages of entries; the head says how many there are unless something is filtered."""

    @cached_property
    def count(self) -> int:
        """The number of entries, without counting a million rows on every view."""
        rows = self.object_list
        if isinstance(rows, QuerySet) and not rows.query.where:
            return read_size()
        return len(rows) if not isinstance(rows, QuerySet) else rows.count()


class EntryChangeList(ChangeList):
    """A page of entries that knows the usernames and file counts it shows."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then in one query each the names and the counts."""
        super().get_results(request)
        # The head's count again: what is filtered stands beside the whole, uncounted too.
        self.full_result_count = read_size()
        self.show_full_result_count = True
        entries = list(self.result_list)
        usernames = read_usernames({entry.user_id for entry in entries})
        counts = dict(
            EntryItem.objects.filter(seq__in=[entry.seq for entry in entries])
            .values_list("seq")
            .annotate(Count("pk"))
        )
        for entry in entries:
            vars(entry).update(
                username=usernames.get(entry.user_id, ""), file_count=counts.get(entry.seq, 0)
            )
        self.result_list = entries


class RunChangeList(ChangeList):
    """A page of verification runs that knows the usernames it shows."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then in one query the names."""
        super().get_results(request)
        runs = list(self.result_list)
        usernames = read_usernames({run.started_by for run in runs})
        for run in runs:
            vars(run).update(username=usernames.get(run.started_by, ""))
        self.result_list = runs


class FilterForm(forms.Form):
    """What the list can be narrowed to."""

    operation = forms.ChoiceField(
        label=_("Operation"),
        choices=[("", _("All operations")), *Operation.choices],
        required=False,
    )
    since = forms.DateField(
        label=_("From (UTC)"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("Until (UTC)"), required=False, widget=forms.DateInput({"type": "date"})
    )


class EntryFilter(admin.ListFilter):
    """Narrows the list by operation and dates, both through an index."""

    title = _("operation and time")
    template = "admin/audit/entry/filter.html"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Entry],
        model_admin: "admin.ModelAdmin[Entry]",
    ) -> None:
        """Take this filter's parameters out of `params`, as Django asks of a filter."""
        super().__init__(request, params, model, model_admin)
        for name in FilterForm.base_fields:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self.form = FilterForm(self.used_parameters, auto_id="filter-%s")
        self.form.full_clean()

    def has_output(self) -> bool:
        """Return true: the form is always shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the form's fields."""
        return list(FilterForm.base_fields)

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Yield the one context of the template: the form, what to carry along, shortcuts."""
        kept = {
            name: value
            for name, value in changelist.params.items()
            if name not in (*FilterForm.base_fields, "p", "e")
        }
        today = timezone.now().date()
        spans = ((_("Today"), 0), (_("Last 7 days"), 6), (_("Last 30 days"), 29))
        shortcuts = [
            (words, changelist.get_query_string({"since": _days_before(today, days)}, ["until"]))
            for words, days in spans
        ]
        yield {"form": self.form, "kept": kept, "shortcuts": shortcuts}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """Return the entries of the operation and days; a field that is no date changes nothing."""
        chosen = self.form.cleaned_data
        if chosen.get("operation"):
            queryset = queryset.filter(operation=chosen["operation"])
        # Timestamps are text of one length, so their order as text is their order in time.
        if chosen.get("since"):
            queryset = queryset.filter(timestamp__gte=f"{chosen['since']}T00:00:00.000000Z")
        if chosen.get("until"):
            queryset = queryset.filter(timestamp__lte=f"{chosen['until']}T23:59:59.999999Z")
        return queryset


def read_usernames(ids: set[str]) -> dict[str, str]:
    """Return the usernames of those ids that still have an account, in one query."""
    users = get_user_model()
    known = users._default_manager.filter(pk__in=[text for text in ids if _UUID.fullmatch(text)])
    return {str(pk): name for pk, name in known.values_list("pk", users.USERNAME_FIELD)}


def search(entries: QuerySet[Entry], term: str) -> QuerySet[Entry]:
    """Return the entries that a number, an id, a statement hash or a username names exactly."""
    term = term.strip().lower()
    if re.fullmatch(r"[0-9]{1,18}", term):
        return entries.filter(seq=int(term))
    if re.fullmatch(r"[0-9a-f]{64}", term):
        return entries.filter(statement=term)
    if _UUID.fullmatch(term):
        return entries.filter(Q(user_id=term) | about_file(term))
    users = get_user_model()
    by_name = users._default_manager.filter(**{users.USERNAME_FIELD: term})
    return entries.filter(user_id__in=[str(pk) for pk in by_name.values_list("pk", flat=True)])


def _days_before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()
