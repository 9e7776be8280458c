"""Shells without data, the same for everyone, and the service worker at the root (spec §6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from tests.vault.member import Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/signup/", "/login/", "/trash/"])
def test_a_page_is_the_same_for_everyone(owner: Member, path: str) -> None:
    mine, nobodys = owner.client.get(path), Client().get(path)
    assert mine.status_code == nobodys.status_code == 200
    assert mine.content == nobodys.content
    assert not nobodys.cookies
    assert "Cookie" not in nobodys.get("Vary", "")
    assert nobodys["Cache-Control"] == "no-cache"
    assert b"csrfmiddlewaretoken" not in nobodys.content


def test_the_service_worker(owner: Member) -> None:
    response = owner.client.get("/sw.js")
    path = finders.find("js/workers/service_worker.js")
    assert isinstance(path, str)
    assert response.content == Path(path).read_bytes()
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/"


def test_a_missing_service_worker_is_404(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "find", lambda _path: None)
    monkeypatch.setattr(staticfiles_storage, "path", lambda _path: "/nonexistent")
    assert Client().get("/sw.js").status_code == 404
