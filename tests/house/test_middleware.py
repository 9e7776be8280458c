"""Whom the server believes behind a proxy, and what it serves on which host."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.middleware import TrustedProxies

if TYPE_CHECKING:
    from pytest_django import Settings

PROXY = "10.0.0.1"


def through(settings: Settings, peer: str, **headers: str) -> HttpRequest:
    """Return the request as the views see it, sent by `peer`; 10.0.0.0/24 is trusted."""
    settings.COFFER_TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    TrustedProxies(lambda _: HttpResponse())(request)
    return request


def test_forwarding_headers_of_a_stranger_are_dropped(settings: Settings) -> None:
    request = through(
        settings,
        "203.0.113.9",
        x_forwarded_for="198.51.100.7",
        x_forwarded_proto="https",
        x_forwarded_host="evil.example",
        forwarded="for=198.51.100.7",
    )
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert not request.is_secure()
    assert not [name for name in request.META if "FORWARDED" in name]


def test_a_trusted_proxy_names_client_and_scheme(settings: Settings) -> None:
    request = through(settings, PROXY, x_forwarded_for="198.51.100.7", x_forwarded_proto="https")
    assert request.META["REMOTE_ADDR"] == "198.51.100.7"
    assert request.is_secure()


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        # What a client writes itself stands left of what the first trusted proxy saw.
        ("1.2.3.4, 198.51.100.7", "198.51.100.7"),
        ("1.2.3.4, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.9, 198.51.100.7", "198.51.100.7"),
        ("not an address", PROXY),
        ("", PROXY),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_what_trusted_proxies_added_counts(
    settings: Settings, chain: str, client: str
) -> None:
    assert through(settings, PROXY, x_forwarded_for=chain).META["REMOTE_ADDR"] == client


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("admin.localhost", "/admin/login/", 200),
        ("localhost", "/admin/login/", 404),
        ("localhost", "/login/", 200),
        ("admin.localhost", "/login/", 404),
        ("admin.localhost", "/api/v1/schema", 404),
        ("admin.localhost", "/healthz", 200),
        ("localhost", "/healthz", 200),
    ],
)
@pytest.mark.django_db
def test_the_admin_has_its_host_to_itself(
    settings: Settings, host: str, path: str, status: int
) -> None:
    settings.COFFER_ADMIN_HOST = "admin.localhost"
    settings.ALLOWED_HOSTS = ["localhost", "admin.localhost"]
    assert Client().get(path, headers={"host": host}).status_code == status


@pytest.mark.django_db
def test_without_an_admin_host_one_host_serves_both() -> None:
    for path in ("/admin/login/", "/login/"):
        assert Client().get(path).status_code == 200


def test_a_forged_host_is_refused() -> None:
    response = Client().get("/api/v1/session", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"
    assert "evil" not in response.text
