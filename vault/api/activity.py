"""The member's own part of the log, as it is stored, for them to check (spec §6.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema

from audit.models import Entry
from vault.api.base import Operation, answer, member_of, problems
from vault.pagination import Page, read_cursor, read_seq, take_page
from vault.serializers import ActivityPageSerializer

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class ActivityOperation(Operation):
    """`activity`."""

    @extend_schema(
        operation_id="list_activity",
        parameters=[OpenApiParameter("cursor", str, description="`next` of the page before.")],
        responses={200: ActivityPageSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        before = read_cursor(request.query_params, ("cursor",), read_seq)
        entries = Entry.objects.about_user(member_of(request).pk)
        page = take_page(entries, "seq", before, lambda row: len(row.entry), newest_first=True)
        opened = Entry.objects.with_commitments(page.results)
        return answer(ActivityPageSerializer, Page(page.next, opened))
