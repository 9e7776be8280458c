"""The cast and the store for tests of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.vault.member import Member
from tests.vectors import cast
from vault.blobstore import FilesystemStore


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Give every test a block store of its own, and hashes that take no time."""
    settings.COFFER_DATA = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def store(data_folder: Path) -> FilesystemStore:
    return FilesystemStore(data_folder / "blocks")


@pytest.fixture
def owner(db: None) -> Member:
    return Member("owner").sign_up()


@pytest.fixture
def stranger(db: None) -> Member:
    return Member("stranger", private_key=cast.STRANGER).sign_up()
