"""The owner of a vault, for tests that drive the command-line client against a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.person import Person, new_person
from tests.server import Server


@pytest.fixture
def owner(server: Server, tmp_path: Path) -> Person:
    """Return a member with an empty vault, signed in on this machine."""
    return new_person(server.url, tmp_path).join()


@pytest.fixture
def newcomer(server: Server, tmp_path: Path) -> Person:
    """Return somebody without an account."""
    return new_person(server.url, tmp_path, "newcomer")
