"""The documents about attacks name tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.server import ROOT

DOCUMENTS = ("published-attacks.md", "threat-model.md")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_is_named_exists(document: str) -> None:
    text = (ROOT / "docs" / document).read_text("utf-8")
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"^def (test_\w+)\(", sources, re.MULTILINE))
    named = set(re.findall(r"`(?:[\w/.]+::)?(test_\w+)`", text))
    assert named - defined == set()
    files = set(re.findall(r"`((?:[\w/]+/)?\w+\.py)(?:::\w+)?`", text))
    homes = (ROOT, ROOT / "tests" / "attacks")
    assert [file for file in files if not any((home / file).exists() for home in homes)] == []


def test_published_attacks_name_tests_at_all() -> None:
    text = (ROOT / "docs" / DOCUMENTS[0]).read_text("utf-8")
    assert len(set(re.findall(r"`test_row_\w+`", text))) > 20
