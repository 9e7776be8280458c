"""The commands put and get (spec §3.4, §6.2)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from vault.client.changes import plan_sources, upload_changes
from vault.client.connect import unlocked
from vault.client.download import MAX_VERSIONS, Downloader, Target
from vault.client.entries import Entry, find_entries
from vault.client.errors import CofferError, NetworkError
from vault.client.figures import format_size
from vault.client.filenames import safe_file_name
from vault.client.items import MAX_ITEMS
from vault.client.progress import show_progress
from vault.client.refused import RefusedError
from vault.client.report import Report
from vault.client.text import inert
from vault.client.upload import Source, Upload, Uploader
from vault.client.vault import Vault

# What is stored is named by a statement at least this often, so that a failure hours into a
# large put does not undo all of it.
_BATCH_BYTES = 1024**3


def put(args: argparse.Namespace, report: Report) -> None:
    """Upload files, each a new version of the file of its name if there is one."""
    report.begin("uploaded")
    with unlocked(args) as vault, show_progress(quiet=args.json) as meter:
        uploader = Uploader(vault.api, meter)
        for batch in _batches(plan_sources(vault.entries(), args.files)):
            uploads = uploader.send(batch, report.errors)
            if uploads:
                _commit(vault, uploader, uploads)
            for upload in uploads:
                _tell_upload(report, upload)


def get(args: argparse.Namespace, report: Report) -> None:
    """Download files; each gets its name only when it is whole."""
    report.begin("downloaded")
    with unlocked(args) as vault, show_progress(quiet=args.json) as meter:
        entries = find_entries(vault.entries(), args.names, trashed=False)
        targets = _plan_targets(vault, entries, args.output)
        downloader = Downloader(vault.api, vault.open_version, meter, args.force)
        for start in range(0, len(targets), MAX_VERSIONS):
            batch = targets[start : start + MAX_VERSIONS]
            for target in downloader.receive(batch, report.errors):
                _tell_download(report, target)


def _batches(sources: Sequence[Source]) -> Iterator[list[Source]]:
    """Cut into what one statement may name and what may be lost at once."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        batch.append(source)
        size += _size(source.path)
        if len(batch) == MAX_ITEMS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0  # told by name when it is opened


def _commit(vault: Vault, uploader: Uploader, uploads: Sequence[Upload]) -> None:
    try:
        vault.commit("upload", partial(upload_changes, vault, uploads))
    except NetworkError:
        # Without an answer the statement may be in the chain, and the blocks in use.
        raise
    except CofferError:
        uploader.cancel(uploads)
        raise


def _plan_targets(vault: Vault, entries: Sequence[Entry], output: Path | None) -> list[Target]:
    """Say where each file's current version goes.

    Raises RefusedError `is_folder`, `output_not_folder` for several files into one, `name_twice`.
    """
    folder = output or Path()
    into_folder = folder.is_dir()
    if len(entries) > 1 and not into_folder:
        raise RefusedError("output_not_folder", str(output))
    targets: dict[Path, Target] = {}
    for entry in entries:
        if entry.is_folder:
            raise RefusedError("is_folder", entry.name)
        path = folder / safe_file_name(entry.name) if into_folder else folder
        if path in targets:
            raise RefusedError("name_twice", path.name)
        version = vault.directory["files"][entry.file]["current"]
        targets[path] = Target(entry.file, version, entry.name, path)
    return list(targets.values())


def _tell_upload(report: Report, upload: Upload) -> None:
    source = upload.source
    report.add(
        "uploaded",
        {
            "file": source.file,
            "name": source.name,
            "size": upload.length,
            "version": upload.version,
        },
    )
    report.say(f"Uploaded {inert(source.name)}, {format_size(upload.length)}")


def _tell_download(report: Report, target: Target) -> None:
    path, size = str(target.path), target.path.stat().st_size
    report.add(
        "downloaded",
        {
            "file": target.file,
            "name": target.name,
            "path": path,
            "size": size,
            "version": target.version,
        },
    )
    report.say(f"Saved {inert(path)}, {format_size(size)}")
