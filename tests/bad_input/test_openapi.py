"""Requests made up from the OpenAPI description, in form and out of it, by three kinds of caller.

Whatever is sent: no 5xx, every status and shape is one that the description names, every error is
{code, detail} with a code of the table under its own status, and a refused request changes nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.bad_input.conftest import Caller
from tests.bad_input.unchanged import COUNTED, take_picture
from vault.exceptions import REFUSALS

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/schema", application)
SCHEMA.config.generation.update(modes=list(GenerationMode))
# The caller's rows are the same for every example: each one is rolled back.
EXAMPLES: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@SCHEMA.parametrize()
@settings(max_examples=20, **EXAMPLES)
def test_anything_gets_a_documented_answer(case: schemathesis.Case[Any], caller: Caller) -> None:
    send(case, caller)


@pytest.mark.long
@pytest.mark.timeout(1800)
@SCHEMA.parametrize()
@settings(max_examples=1500, **EXAMPLES)
def test_anything_at_length_gets_a_documented_answer(
    case: schemathesis.Case[Any], caller: Caller
) -> None:
    send(case, caller)


def send(case: schemathesis.Case[Any], caller: Caller) -> None:
    """Send one made-up request, hold its answer to the description, and undo what it did."""
    aim(case, caller)
    with transaction.atomic(), one_connection():
        response = case.call(headers=caller.headers())
        picture = take_picture(COUNTED) if response.status_code >= 400 else caller.picture
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        problem = response.json()
        assert problem.keys() - {"head"} == {"code", "detail"}
        assert response.status_code == REFUSALS[problem["code"]][0]
        assert problem["detail"]
        assert picture == caller.picture


def aim(case: schemathesis.Case[Any], caller: Caller) -> None:
    """Let most made-up addresses name a version that exists: others end at a 404."""
    choice = zlib.crc32(repr((case.path_parameters, case.body)).encode(errors="replace")) % 3
    if "version" in case.path_parameters and choice < len(caller.versions):
        case.path_parameters["version"] = caller.versions[choice]


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep Django from ending the test's own transaction with the request, as its client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
