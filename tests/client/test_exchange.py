"""What one language seals the other opens: slots, keyring, chain, wraps, labels, content."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.client.exchange import Bundle, make_bundle, open_bundle
from tests.vectors.case import decode_value, encode_value, stream
from vault.client.bytes import encode_base64
from vault.client.errors import TamperedError
from vault.client.hashes import hash_of

PROJECT = Path(__file__).resolve().parents[2]
FILES: list[dict[str, Any]] = [
    {"name": "empty", "content": b"", "thumbnail": b""},
    {"name": "Überblick \u202e🖼️.png", "content": stream("a", 524_257), "thumbnail": b"\x89PNG"},
    {"name": "<b>../x</b>", "content": stream("b", 8_388_097), "thumbnail": b""},
]
OPENED = [
    {
        "name": file["name"],
        "content": hash_of(file["content"]),
        "thumbnail": encode_base64(file["thumbnail"]),
    }
    for file in FILES
]


@pytest.fixture(scope="module")
def from_javascript() -> Bundle:
    """A vault that the JavaScript core sealed."""
    bundle: Bundle = _node("make", FILES)
    return bundle


@pytest.fixture(scope="module")
def from_python() -> Bundle:
    """A vault that the Python core sealed."""
    return make_bundle(FILES)


def test_python_opens_what_javascript_seals(from_javascript: Bundle) -> None:
    assert open_bundle(from_javascript) == OPENED


def test_javascript_opens_what_python_seals(from_python: Bundle) -> None:
    assert _node("open", from_python) == OPENED


def test_each_opens_its_own(from_javascript: Bundle, from_python: Bundle) -> None:
    assert open_bundle(from_python) == OPENED
    assert _node("open", from_javascript) == OPENED


def test_parts_of_two_vaults_do_not_mix(from_javascript: Bundle, from_python: Bundle) -> None:
    mixed = {**from_python, "versions": from_javascript["versions"]}
    with pytest.raises(TamperedError) as caught:
        open_bundle(mixed)
    assert caught.value.code == "tampered_unlisted"


def _node(action: str, value: object) -> Any:
    done = subprocess.run(
        ["node", str(PROJECT / "tests" / "js" / "exchange.js"), action],
        input=json.dumps(encode_value(value)),
        capture_output=True,
        text=True,
        check=True,
    )
    return decode_value(json.loads(done.stdout))
