"""Uploads and their blocks (spec §6.2)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from vault.api.base import Operation, answer, member_of, problems, read_body
from vault.content import BLOCK_SIZE, MAX_LENGTH, count_blocks
from vault.exceptions import Refusal
from vault.serializers import BlockSerializer, UploadOpeningSerializer, UploadSerializer
from vault.services.uploads import discard_upload, find_upload, open_upload, receive_block

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from vault.models import Upload, User

_DIGEST_HEADER = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


class UploadsOperation(Operation):
    """`uploads`: open one."""

    @extend_schema(
        operation_id="open_upload",
        request=UploadOpeningSerializer,
        responses={
            201: UploadSerializer,
            200: UploadSerializer,
            **problems(400, 401, 403, 409, 413, 415),
        },
    )
    def post(self, request: Request) -> Response:
        body = read_body(UploadOpeningSerializer, request)
        upload, is_new = open_upload(member_of(request), **body)
        return _answer_upload(upload, status=201 if is_new else 200)


class UploadOperation(Operation):
    """`uploads/<version>`: how far it is; discard it."""

    @extend_schema(
        operation_id="read_upload", responses={200: UploadSerializer, **problems(401, 403, 404)}
    )
    def get(self, request: Request, version: UUID) -> Response:
        return _answer_upload(find_upload(member_of(request), version))

    @extend_schema(operation_id="discard_upload", responses={204: None, **problems(401, 403, 404)})
    def delete(self, request: Request, version: UUID) -> Response:
        discard_upload(member_of(request), version)
        return Response(status=204)


class BlockOperation(Operation):
    """`uploads/<version>/blocks/<index>`: send one block, streamed to disk."""

    @extend_schema(
        operation_id="send_block",
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=[
            OpenApiParameter(
                "Content-Digest",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="RFC 9530: `sha-256=:<base64>:` of the block.",
            ),
            OpenApiParameter(
                "Coffer-Length",
                int,
                OpenApiParameter.HEADER,
                description="The plaintext's length; opens the upload of a file of one block.",
            ),
        ],
        responses={
            201: BlockSerializer,
            200: BlockSerializer,
            **problems(400, 401, 403, 404, 409, 411, 415, 507),
        },
    )
    def put(self, request: Request, version: UUID, index: int) -> Response:
        # Everything that headers can tell is checked before the first byte of the body is read.
        if request.content_type != "application/octet-stream":
            raise Refusal("unsupported_media_type")
        size = _read_length(request)
        digest = _read_digest(request)
        upload = _find_or_open(request, member_of(request), version, index)
        # The raw body, piece by piece: `request.data` would have all of it in memory.
        block, is_new = receive_block(upload, index, digest, size, request._request)
        return answer(BlockSerializer, block, status=201 if is_new else 200)


def _answer_upload(upload: Upload, status: int = 200) -> Response:
    received = upload.blocks.order_by("index").values("digest", "index")
    body: dict[str, Any] = {"length": upload.length, "received": received, "pk": upload.pk}
    return answer(UploadSerializer, body, status)


def _read_length(request: Request) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "")
    # Without a length the stream's end could not be told from a lost connection.
    if not text:
        raise Refusal("length_required")
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > BLOCK_SIZE:
        raise Refusal("block_length")
    return int(text)


def _read_digest(request: Request) -> str:
    """Return the digest of `Content-Digest` in hex: SHA-256 alone, in its one base64 form."""
    found = _DIGEST_HEADER.fullmatch(request.headers.get("Content-Digest", ""))
    if found is None:
        raise Refusal("block_digest", "The header Content-Digest must be sha-256=:<base64>:.")
    try:
        digest = base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        raise Refusal("block_digest") from error
    if base64.b64encode(digest).decode() != found[1]:
        raise Refusal("block_digest")
    return digest.hex()


def _find_or_open(request: Request, member: User, version: UUID, index: int) -> Upload:
    text = request.headers.get("Coffer-Length")
    if text is None:
        return find_upload(member, version)
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > MAX_LENGTH:
        raise Refusal("invalid", "The header Coffer-Length is not a length.")
    length = int(text)
    if index != 0 or count_blocks(length) != 1:
        raise Refusal("block_index", "Coffer-Length opens the upload of a file of one block.")
    return open_upload(member, version, length)[0]
