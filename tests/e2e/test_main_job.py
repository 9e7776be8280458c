"""The product's main job in real Chromium; every byte on the wire and at rest is searched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e import drive
from tests.e2e.capture import Capture, find, forms_of_key, forms_of_text
from tests.e2e.vault_keys import keys_of
from tests.server import Server

PASSWORD = "Tulpenzwiebel §12 <&> naïve"
UNICODE = "Überraschung 🎁 für Zoë.txt"
FIVE = b"Q\xc3\xa97!"
FRAGMENT = 32  # bytes of plaintext that must not turn up anywhere


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Three files: nothing, five bytes under a name with Unicode and an emoji, 100 MB of noise."""
    folder = tmp_path / "sources"
    folder.mkdir()
    made = {name: folder / name for name in ("nothing.bin", UNICODE, "large-ledger.bin")}
    made["nothing.bin"].touch()
    made[UNICODE].write_bytes(FIVE)
    made["large-ledger.bin"].write_bytes(os.urandom(100_000_000))
    return made


@pytest.mark.timeout(600)
def test_three_files_return_on_another_device_and_nothing_leaks(
    make_server: Callable[..., Server],
    make_context: Callable[..., BrowserContext],
    sources: dict[str, Path],
    tmp_path: Path,
) -> None:
    server = make_server()
    wire = tmp_path / "wire"
    wire.mkdir()
    with Capture(("127.0.0.1", server.port), wire) as capture:
        requested: list[str] = []
        first = make_context()
        first.on("request", lambda request: requested.append(request.url))
        page = first.new_page()
        words = drive.sign_up(page, capture.url, "owner", PASSWORD)
        assert len(words.split()) == 24
        drive.drop(page, list(sources.values()))
        for name in sources:
            drive.wait_uploaded(page, name)
        drive.sign_out(page)

        second = make_context()
        second.on("request", lambda request: requested.append(request.url))
        page = second.new_page()
        drive.sign_in(page, capture.url, "owner", PASSWORD)
        target = tmp_path / "received"
        for name, source in sources.items():
            received = drive.download(page, name, target)
            assert received.name == name
            assert drive.sha256(received) == drive.sha256(source)
        expect(drive.files(page).get_by_role("row")).not_to_have_count(0)

        allowed = (capture.url, "blob:", "data:")
        assert not [url for url in requested if not url.startswith(allowed)]

    keys = keys_of(server.url, "owner", PASSWORD, words)
    everywhere = forms_of_text(PASSWORD) | forms_of_text(words) | forms_of_text("large-ledger")
    everywhere |= (
        forms_of_text(UNICODE) | forms_of_text("nothing.bin") | forms_of_text("Überraschung")
    )
    everywhere |= {form for key in keys.secret.values() for form in forms_of_key(key)}
    large = sources["large-ledger.bin"].read_bytes()
    step = len(large) // 24
    everywhere |= {large[at : at + FRAGMENT] for at in range(0, len(large) - FRAGMENT, step)}
    everywhere.add(FIVE)
    at_rest = everywhere | {form for key in keys.login.values() for form in forms_of_key(key)}

    captured = sorted(wire.iterdir())
    stored = [path for path in server.data.rglob("*") if path.is_file()] + [server.log]
    # The search itself is tested: what must be there is found.
    assert find({b"POST /api/v1/accounts"}, captured)
    assert find({b"owner"}, stored)
    assert find(everywhere, captured) == []
    assert find(at_rest, stored) == []
