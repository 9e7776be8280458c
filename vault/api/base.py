"""What every operation of the API shares (spec §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from drf_spectacular.utils import OpenApiResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response
from rest_framework.views import APIView

from vault.api.schema import OperationSchema
from vault.exceptions import Refusal
from vault.models import MemberSession, User
from vault.serializers import ProblemSerializer
from vault.services.callers import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request
    from rest_framework.serializers import Serializer


class JsonAlways(BaseContentNegotiation):
    """JSON whatever the Accept header says: there is nothing else to choose."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class Operation(APIView):
    """One operation: members only unless its class says otherwise, JSON in and out."""

    content_negotiation_class = JsonAlways
    schema = OperationSchema()
    # What a session opened with the recovery key may do here (spec §6.1).
    methods_in_recovery: tuple[str, ...] = ()
    http_method_names = ("get", "head", "post", "put", "delete")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Without a length DRF takes the body for empty, and it would be answered as another one.
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            raise Refusal("length_required")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        # What belongs to one member stays in no cache, their browser's included.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def read_body(form: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the request's body as the form reads it; its errors become `invalid`."""
    filled = form(data=request.data)
    filled.is_valid(raise_exception=True)
    return cast("dict[str, Any]", filled.validated_data)


def answer(form: type[Serializer[Any]], value: Any, status: int = 200) -> Response:
    """Return a value in the shape of a form."""
    return Response(form(value).data, status=status)


def member_of(request: Request) -> User:
    """Return the member that the permission let in."""
    return cast("User", request.user)


def session_of(request: Request) -> MemberSession:
    """Return the session that the permission let in, its member along."""
    return cast("MemberSession", request.auth)


def caller_of(request: Request) -> Caller:
    """Return what the log commits to; config.middleware has settled whose address this is."""
    return Caller(
        address=request.META.get("REMOTE_ADDR", ""),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
    )


def problems(*codes: int) -> dict[int, OpenApiResponse]:
    """Return the answers of an operation that are errors, for its description."""
    return {
        code: OpenApiResponse(ProblemSerializer, description="`code` says which.") for code in codes
    }
