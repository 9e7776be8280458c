"""Confirming a session, and the list of open ones (spec §6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from vault.api.base import Operation, answer, caller_of, problems, read_body, session_of
from vault.serializers import ConfirmationSerializer, SessionListSerializer
from vault.services.session_list import end_other_sessions, end_session, list_sessions
from vault.services.sessions import confirm_session, sign_out

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ConfirmationOperation(Operation):
    """`session/confirm`: the password once more, for what must not be done by a passer-by."""

    @extend_schema(
        operation_id="confirm_session",
        request=ConfirmationSerializer,
        responses={204: None, **problems(400, 401, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(ConfirmationSerializer, request)
        confirm_session(request._request, session_of(request), **body)
        return Response(status=204)


class SessionsOperation(Operation):
    """`sessions`: where the member is signed in; end all others."""

    @extend_schema(
        operation_id="list_sessions", responses={200: SessionListSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        current = session_of(request)
        sessions = list_sessions(current)
        for session in sessions:
            session.is_current = session.pk == current.pk
        return answer(SessionListSerializer, {"results": sessions})

    @extend_schema(operation_id="end_other_sessions", responses={204: None, **problems(401, 403)})
    def delete(self, request: Request) -> Response:
        end_other_sessions(session_of(request), "owner", caller_of(request))
        return Response(status=204)


class OneSessionOperation(Operation):
    """`sessions/<id>`: end it."""

    @extend_schema(operation_id="end_session", responses={204: None, **problems(401, 403, 404)})
    def delete(self, request: Request, session: UUID) -> Response:
        current = session_of(request)
        if session == current.pk:
            sign_out(request._request, current, caller_of(request))
        else:
            end_session(current, session, caller_of(request))
        return Response(status=204)
