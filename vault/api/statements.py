"""The member's chain: posting to it and reading it (spec §6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema

from vault.api.base import (
    Operation,
    answer,
    caller_of,
    member_of,
    problems,
    read_body,
    session_of,
)
from vault.models import Statement
from vault.pagination import read_cursor, read_seq, take_page
from vault.serializers import (
    AcceptedListSerializer,
    StatementPageSerializer,
    SubmissionsSerializer,
)
from vault.services.statements import Submission, accept_statements

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class StatementsOperation(Operation):
    """`statements`."""

    methods_in_recovery = ("GET", "HEAD", "POST")
    # 256 uploads with the longest thumbnails take 24 MiB in base64url.
    body_limit = 33_554_432

    @extend_schema(
        operation_id="list_statements",
        parameters=[
            OpenApiParameter("after", int, description="Begin after this seq."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses={200: StatementPageSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        after = read_cursor(request.query_params, ("cursor", "after"), read_seq)
        chain = Statement.objects.chain_of(member_of(request))
        page = take_page(chain, "seq", after, lambda row: len(row.statement))
        return answer(StatementPageSerializer, page)

    @extend_schema(
        operation_id="post_statements",
        request=SubmissionsSerializer,
        responses={201: AcceptedListSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(SubmissionsSerializer, request)
        submissions = [Submission(**row) for row in body["statements"]]
        accepted = accept_statements(
            request._request, session_of(request), submissions, caller_of(request)
        )
        return answer(AcceptedListSerializer, {"statements": accepted}, status=201)
