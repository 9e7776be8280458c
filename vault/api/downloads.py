"""Downloads: begun once, then read block by block (spec §6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from vault.api.base import Operation, answer, caller_of, member_of, problems, read_body
from vault.serializers import DownloadQuestionSerializer, DownloadSerializer
from vault.services.downloads import begin_download, open_block

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request
    from rest_framework.response import Response


class DownloadsOperation(Operation):
    """`downloads`: log it, get what the blocks are checked against, and a capability."""

    @extend_schema(
        operation_id="begin_download",
        request=DownloadQuestionSerializer,
        responses={200: DownloadSerializer, **problems(400, 401, 403, 404, 413, 415)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(DownloadQuestionSerializer, request)
        capability, grants = begin_download(
            member_of(request), body["versions"], caller_of(request)
        )
        return answer(DownloadSerializer, {"capability": capability, "versions": grants})


class VersionBlockOperation(Operation):
    """`versions/<version>/blocks/<index>`: read one block."""

    @extend_schema(
        operation_id="read_block",
        parameters=[
            OpenApiParameter("Coffer-Capability", str, OpenApiParameter.HEADER, required=True)
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            **problems(401, 403, 404),
        },
    )
    def get(self, request: Request, version: UUID, index: int) -> FileResponse:
        capability = request.headers.get("Coffer-Capability", "")
        block, size = open_block(member_of(request), capability, version, index)
        response = FileResponse(block, content_type="application/octet-stream")
        response["Content-Length"] = str(size)
        response["Content-Disposition"] = "attachment"
        response["Cache-Control"] = "no-store, private"
        # Ciphertext that a browser took for a page would run in this origin.
        response["X-Content-Type-Options"] = "nosniff"
        return response
