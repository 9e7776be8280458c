"""The OpenAPI description: complete and true about every error; `make check` keeps it current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.vault.member import Member

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> Any:
    return yaml.safe_load(DESCRIPTION.read_text())


def test_every_operation_names_itself_and_its_errors(schema: Any) -> None:
    operations = [
        (method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(set(names)) == len(names)
    for method, path, operation in operations:
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                reference = answer["content"]["application/json"]["schema"]["$ref"]
                assert reference.endswith("/Problem"), (method, path, status)
        headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        assert ("X-CSRFToken" in headers) == (method != "get"), (method, path)


def test_no_object_has_room_for_an_unknown_field(schema: Any) -> None:
    for name in ("SignInRequest", "RegistrationRequest", "UploadOpeningRequest"):
        shape = schema["components"]["schemas"][name]
        assert set(shape["required"]) == set(shape["properties"])
        assert shape["additionalProperties"] is False


@pytest.mark.django_db
def test_the_server_serves_it() -> None:
    answer = Member("nobody").get("schema")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Coffer"
