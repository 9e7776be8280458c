"""What a statement says about files: uploads, trash, restore, deletion (spec §5.3)."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from vault.client.bytes import encode_utf8
from vault.client.entries import Entry, same_name
from vault.client.errors import FormatError
from vault.client.labels import MAX_NAME, Label, label_hash, seal_label
from vault.client.manifest import build_manifest, manifest_hash
from vault.client.metadata import seal_metadata
from vault.client.primitives import make_uuid
from vault.client.refused import RefusedError
from vault.client.upload import Source, Upload
from vault.client.vault import Change, Vault, now_ms
from vault.client.wraps import seal_wrap, wrap_hash

_UNKNOWN_TYPE = "application/octet-stream"


def plan_sources(entries: Sequence[Entry], paths: Sequence[Path]) -> list[Source]:
    """Say which file each path becomes a version of: the one of its name at the root, or a new one.

    Raises RefusedError `name_invalid`, `name_twice` and `name_ambiguous`.
    """
    root = [
        entry
        for entry in entries
        if not entry.label["folder"] and not entry.hidden and not entry.is_folder
    ]
    sources: list[Source] = []
    for path in paths:
        name = path.name
        _check_name(name)
        if any(same_name(source.name, name) for source in sources):
            raise RefusedError("name_twice", name)
        found = [entry.file for entry in root if same_name(entry.name, name)]
        if len(found) > 1:
            raise RefusedError("name_ambiguous", name)
        sources.append(Source(path, name, found[0] if found else make_uuid()))
    return sources


def upload_changes(vault: Vault, uploads: Sequence[Upload]) -> list[Change]:
    """Make each upload the newest version of its file; the label keeps name and folder."""
    labels: dict[str, Label] = {}
    if any(upload.source.file in vault.directory["files"] for upload in uploads):
        labels = {entry.file: entry.label for entry in vault.entries()}
    return [_upload_change(vault, upload, labels.get(upload.source.file)) for upload in uploads]


def label_changes(vault: Vault, files: Sequence[str], action: str) -> list[Change]:
    """Move files (UUIDs) to the trash (`trash`) or back from it (`restore`).

    Raises RefusedError `not_found` for one that is gone.
    """
    trashed = now_ms() if action == "trash" else 0
    labels = {entry.file: entry.label for entry in vault.entries()}
    return [_label_change(vault, file, labels.get(file), action, trashed) for file in files]


def delete_changes(files: Sequence[str]) -> list[Change]:
    """Destroy files (UUIDs) with all their versions."""
    return [Change({"file": file, "version": ""}, {}) for file in files]


def _check_name(name: str) -> None:
    try:
        size = len(encode_utf8(name))
    except FormatError as cause:
        raise RefusedError("name_invalid", name) from cause
    if not 1 <= size <= MAX_NAME:
        raise RefusedError("name_invalid", name)


def _upload_change(vault: Vault, upload: Upload, label: Label | None) -> Change:
    file, version, generation = upload.source.file, upload.version, vault.newest
    media_type = mimetypes.guess_type(upload.source.name)[0] or _UNKNOWN_TYPE
    digests = b"".join(upload.digests)
    metadata = seal_metadata(
        upload.dek,
        file,
        version,
        {"modified": upload.modified, "size": upload.length, "type": media_type, "v": 1},
    )
    manifest = build_manifest(
        {
            "file": file,
            "version": version,
            "header": upload.header,
            "length": upload.length,
            "digests": digests,
            "metadata": metadata,
            "thumbnail": b"",
        }
    )
    wrap = seal_wrap(generation.public_key, upload.dek, file, version, vault.user)
    sealed = seal_label(
        generation.label_key,
        vault.user,
        file,
        {
            "folder": label["folder"] if label else "",
            "modified": upload.modified,
            "name": label["name"] if label else upload.source.name,
            "size": upload.length,
            # Whoever puts a file wants to see it, even if it went to the trash meanwhile.
            "trashed": 0,
            "type": media_type,
            "v": 1,
        },
    )
    known = vault.directory["files"].get(file)
    item = {
        "file": file,
        "generation": generation.generation,
        "label": label_hash(sealed),
        "manifest": manifest_hash(manifest),
        "replaces": known["current"] if known else "",
        "version": version,
        "wrap": wrap_hash(wrap),
    }
    parts = {
        "digests": digests,
        "label": sealed,
        "manifest": manifest,
        "metadata": metadata,
        "thumbnail": b"",
        "wrap": wrap,
    }
    return Change(item, parts)


def _label_change(
    vault: Vault, file: str, label: Label | None, action: str, trashed: int
) -> Change:
    if label is None:
        raise RefusedError("not_found")
    generation = vault.newest
    changed: Label = {**label, "trashed": trashed}
    sealed = seal_label(generation.label_key, vault.user, file, changed)
    item = {
        "action": action,
        "file": file,
        "generation": generation.generation,
        "label": label_hash(sealed),
    }
    return Change(item, {"label": sealed})
