"""What the browser is told: Content-Security-Policy, cookies, security headers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import pytest
from django.test import Client

from config import csp

ROOT = Path(__file__).resolve().parents[2]


def policy(header: str) -> dict[str, list[str]]:
    """Return the directives of a policy."""
    parts = (part.split() for part in header.split(";"))
    return {name: values for name, *values in parts}


def settings_under(folder: Path, *names: str, **environment: str) -> dict[str, Any]:
    """Return settings as a process with this environment reads them."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("COFFER_")}
    program = (
        "import json, config.settings as s;"
        f"print(json.dumps({{name: getattr(s, name) for name in {names!r}}}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**inherited, "COFFER_DATA": str(folder), **environment},
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_pages_may_load_from_their_own_origin_alone() -> None:
    found = policy(Client().get("/login/")["Content-Security-Policy"])
    assert found == csp.page_policy()
    assert found["default-src"] == ["'none'"]
    assert found["require-trusted-types-for"] == ["'script'"]
    sources = {source for values in found.values() for source in values}
    assert not sources & {"*", "https:", "data:", "'unsafe-inline'", "'unsafe-eval'"}


@pytest.mark.django_db
def test_the_admin_is_exempt_from_trusted_types_alone() -> None:
    page = policy(Client().get("/login/")["Content-Security-Policy"])
    admin = policy(Client().get("/admin/login/")["Content-Security-Policy"])
    del page["require-trusted-types-for"], page["trusted-types"]
    assert admin == page


@pytest.mark.parametrize("name", ["kdf_worker.js", "kdf_worker.0a1b2c3d4e5f.js"])
def test_webassembly_is_for_the_kdf_worker(name: str) -> None:
    headers = Headers()
    csp.add_static_headers(headers, name, f"/static/js/workers/{name}")
    found = policy(headers["Content-Security-Policy"] or "")
    assert found["script-src"] == ["'self'", "'wasm-unsafe-eval'"]


@pytest.mark.parametrize("name", ["cipher_worker.js", "kdf_worker_evil.js"])
def test_other_workers_run_no_webassembly(name: str) -> None:
    headers = Headers()
    csp.add_static_headers(headers, name, f"/static/js/workers/{name}")
    assert policy(headers["Content-Security-Policy"] or "")["script-src"] == ["'self'"]


@pytest.mark.parametrize("name", ["kdf_worker.js", "cipher_worker.js"])
def test_a_worker_that_holds_keys_reaches_no_network(name: str) -> None:
    headers = Headers()
    csp.add_static_headers(headers, name, f"/static/js/workers/{name}")
    found = policy(headers["Content-Security-Policy"] or "")
    assert found["default-src"] == ["'none'"]
    assert "connect-src" not in found


def test_other_static_files_get_the_policy_of_pages() -> None:
    headers = Headers()
    csp.add_static_headers(headers, "x", "/static/js/kdf_worker.js")
    assert headers["Content-Security-Policy"] is None


def test_every_answer_carries_the_security_headers() -> None:
    for path in ("/login/", "/healthz", "/api/v1/nothing"):
        answer = Client().get(path)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.django_db
def test_the_admin_sends_an_origin_that_csrf_can_check() -> None:
    assert Client().get("/admin/login/")["Referrer-Policy"] == "same-origin"


def test_cookies_belong_to_this_host_under_https(tmp_path: Path) -> None:
    found = settings_under(
        tmp_path,
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        COFFER_PUBLIC_URL="https://files.example.org",
    )
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_cookies_work_on_plain_localhost(tmp_path: Path) -> None:
    # A browser refuses the __Host- prefix over http.
    found = settings_under(tmp_path, "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", PORT="8123")
    assert not [name for name in found.values() if name.startswith("__Host-")]


def test_no_script_reads_the_cookies(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY")
    assert settings_under(tmp_path, *names) == dict.fromkeys(names, True)
    names = ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE")
    assert settings_under(tmp_path, *names) == dict.fromkeys(names, "Strict")
