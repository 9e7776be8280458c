"""The member's own vault: head, keyring, slots, labels (spec §6.1, §6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema

from vault.api.base import Operation, answer, member_of, problems, read_body
from vault.models import Label, User
from vault.pagination import read_cursor, take_page
from vault.serializers import (
    KeyringSerializer,
    LabelPageSerializer,
    RevisionSerializer,
    VaultSerializer,
)
from vault.services.keyring import save_keyring

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response


class VaultOperation(Operation):
    """`vault`: everything that unlocking needs."""

    methods_in_recovery = ("GET", "HEAD")

    @extend_schema(
        operation_id="read_vault", responses={200: VaultSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        member = User.objects.with_keys().get(pk=member_of(request).pk)
        return answer(VaultSerializer, member)


class KeyringOperation(Operation):
    """`keyring`: compare-and-swap."""

    body_limit = 2_097_152

    @extend_schema(
        operation_id="save_keyring",
        request=KeyringSerializer,
        responses={200: RevisionSerializer, **problems(400, 401, 403, 409, 413, 415)},
    )
    def put(self, request: Request) -> Response:
        body = read_body(KeyringSerializer, request)
        save_keyring(member_of(request), **body)
        return answer(RevisionSerializer, body)


class LabelsOperation(Operation):
    """`labels`: what the member calls their files, in pages."""

    methods_in_recovery = ("GET", "HEAD")

    @extend_schema(
        operation_id="list_labels",
        parameters=[OpenApiParameter("cursor", str, description="`next` of the page before.")],
        responses={200: LabelPageSerializer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        after = read_cursor(request.query_params, ("cursor",), UUID)
        labels = Label.objects.of_person(member_of(request))
        page = take_page(labels, "file_id", after, lambda label: len(label.sealed))
        return answer(LabelPageSerializer, page)
