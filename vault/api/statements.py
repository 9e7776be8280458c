"""The member's chain: posting to it and reading it (spec §6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import OpenApiParameter, extend_schema

from vault.api.base import Operation, answer, member_of, problems, read_body
from vault.forms import MAX_INTEGER
from vault.models import Statement
from vault.pagination import read_cursor, take_page
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
        after = read_cursor(request.query_params, ("cursor", "after"), _read_seq)
        chain = Statement.objects.chain_of(member_of(request))
        page = take_page(chain, "seq", after, lambda row: len(row.statement))
        return answer(StatementPageSerializer, page)

    @extend_schema(
        operation_id="post_statements",
        request=SubmissionsSerializer,
        responses={201: AcceptedListSerializer, **problems(400, 401, 403, 404, 409, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(SubmissionsSerializer, request)
        submissions = [Submission(**row) for row in body["statements"]]
        accepted = accept_statements(member_of(request), submissions)
        return answer(AcceptedListSerializer, {"statements": accepted}, status=201)


def _read_seq(text: str) -> int:
    # int() alone would take "+1", " 1", "1_0" and other alphabets' digits.
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > MAX_INTEGER:
        raise ValueError(text)
    return int(text)
