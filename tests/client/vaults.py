"""Putting and getting within the test's own process, where a Fetcher can be put in between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from vault.client.changes import plan_sources, upload_changes
from vault.client.download import Downloader, Target
from vault.client.entries import find_entries
from vault.client.errors import CofferError
from vault.client.progress import SilentMeter
from vault.client.upload import Upload, Uploader
from vault.client.vault import Vault

BLOCK = 16 * 524_256  # bytes of plaintext in a full block


def send(vault: Vault, *files: Path) -> tuple[list[Upload], list[CofferError]]:
    """Store blocks; commit nothing."""
    errors: list[CofferError] = []
    sources = plan_sources(vault.entries(), files)
    return Uploader(vault.api, SilentMeter()).send(sources, errors), errors


def put(vault: Vault, *files: Path) -> list[Upload]:
    """Upload and commit files as one statement."""
    uploads, errors = send(vault, *files)
    assert errors == []
    vault.commit("upload", partial(upload_changes, vault, uploads))
    return uploads


def get(vault: Vault, name: str, path: Path) -> list[CofferError]:
    """Download one file to a path; return what went wrong."""
    (entry,) = find_entries(vault.entries(), [name], trashed=False)
    version = vault.directory["files"][entry.file]["current"]
    errors: list[CofferError] = []
    downloader = Downloader(vault.api, vault.open_version, SilentMeter(), replace=False)
    done = downloader.receive([Target(entry.file, version, name, path)], errors)
    assert bool(done) != bool(errors)
    return errors


def names(vault: Vault) -> Sequence[str]:
    """The names outside the trash, sorted."""
    return [entry.name for entry in vault.entries() if not entry.hidden]
