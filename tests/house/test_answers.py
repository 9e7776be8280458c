"""Health, errors outside the API, and log lines."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from config import errors
from config.logs import JSONFormatter

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings


def test_healthz_needs_no_database() -> None:
    # No database mark: pytest-django refuses any query here.
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready_with_database_and_data_folder() -> None:
    assert Client().get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_names_a_missing_data_folder(settings: Settings, tmp_path: Path) -> None:
    settings.COFFER_DATA = tmp_path / "gone"
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["data"])


@pytest.mark.django_db
def test_readyz_names_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("password=hunter2")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["database"])
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(method: str) -> None:
    assert getattr(Client(), method)("/healthz").status_code == 405


def test_an_unknown_api_address_is_answered_in_json() -> None:
    answer = Client().get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert answer.json()["detail"].endswith(".")


def test_an_unknown_page_is_answered_to_a_person_and_repeats_nothing() -> None:
    answer = Client().get("/nothing-here-<script>")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert "nothing-here" not in answer.text


@pytest.mark.django_db
def test_a_form_without_csrf_token_is_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert answer.status_code == 403
    assert "reload" in answer.text


@pytest.mark.django_db
def test_a_file_in_a_form_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    # Anyone can invent a cookie; with it Django parses the form for the token that belongs to it.
    client.cookies["coffer_csrf"] = "a" * 32
    answer = client.post("/admin/login/", {"f": io.BytesIO(b"x")})
    assert answer.status_code == 400


def test_a_fault_says_nothing_about_its_cause() -> None:
    answer = errors.server_error(RequestFactory().get("/api/v1/session"))
    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "server_error"


def test_a_log_line_is_one_json_object_whatever_a_request_says() -> None:
    forged = '/\n{"level": "info", "message": "all is well"}'
    error = ValueError("line one\nline two")
    cause = (ValueError, error, None)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "at %s", (forged,), cause)
    line = JSONFormatter().format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert entry["message"] == f"at {forged}"
    assert entry["level"] == "error"
    assert entry["time"].endswith("+00:00")
    assert "ValueError" in entry["error"]
