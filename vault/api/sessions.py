"""Session and sign-up (spec §6.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from vault.api.base import Operation, answer, caller_of, problems, read_body, session_of
from vault.models import User
from vault.permissions import IsAnyone, IsMember
from vault.serializers import (
    KdfAnswerSerializer,
    KdfQuestionSerializer,
    RegistrationSerializer,
    SessionSerializer,
    SignInSerializer,
)
from vault.services.accounts import Registration, register
from vault.services.sessions import find_kdf, sign_in, sign_out
from vault.throttles import KdfThrottle

if TYPE_CHECKING:
    from rest_framework.permissions import BasePermission
    from rest_framework.request import Request


class SessionOperation(Operation):
    """`session`: who is signed in, sign in, sign out."""

    methods_in_recovery = ("DELETE",)

    def get_permissions(self) -> list[BasePermission]:
        return [IsMember() if self.request.method == "DELETE" else IsAnyone()]

    @extend_schema(operation_id="read_session", responses={200: SessionSerializer})
    def get(self, request: Request) -> Response:
        return _answer_session(request, request.user)

    @extend_schema(
        operation_id="sign_in",
        request=SignInSerializer,
        responses={200: SessionSerializer, **problems(400, 401, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(SignInSerializer, request)
        member = sign_in(request._request, **body, caller=caller_of(request))
        return _answer_session(request, member)

    @extend_schema(operation_id="sign_out", responses={204: None, **problems(401, 403)})
    def delete(self, request: Request) -> Response:
        sign_out(request._request, session_of(request), caller_of(request))
        return Response(status=204)


class KdfOperation(Operation):
    """`session/kdf`: with which parameters a password becomes a login key."""

    throttle_classes = (KdfThrottle,)
    permission_classes = (IsAnyone,)

    @extend_schema(
        operation_id="read_kdf",
        request=KdfQuestionSerializer,
        responses={200: KdfAnswerSerializer, **problems(400, 403, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(KdfQuestionSerializer, request)
        return answer(KdfAnswerSerializer, {"kdf": find_kdf(**body)})


class AccountsOperation(Operation):
    """`accounts`: sign-up."""

    permission_classes = (IsAnyone,)
    # A keyring of 1 MiB in base64url, and the rest.
    body_limit = 2_097_152

    @extend_schema(
        operation_id="sign_up",
        request=RegistrationSerializer,
        responses={201: SessionSerializer, **problems(400, 403, 409, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        body = read_body(RegistrationSerializer, request)
        member = register(request._request, Registration(**body), caller_of(request))
        return _answer_session(request, member, status=201)


def _answer_session(request: Request, user: Any, status: int = 200) -> Response:
    # An operator's session in the same browser is none here: they have no vault.
    member = user if isinstance(user, User) and user.is_member else None
    session = {
        "csrf_token": get_token(request._request),
        "user": str(member.pk) if member else "",
        "username": member.username if member else "",
    }
    return answer(SessionSerializer, session, status)
