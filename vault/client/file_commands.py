"""The commands ls, rm and restore (spec §5.3 label and delete)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial

from vault.client.changes import delete_changes, label_changes
from vault.client.connect import unlocked
from vault.client.entries import Entry, children, find_entries
from vault.client.figures import format_iso_time, format_size, format_time
from vault.client.items import MAX_ITEMS
from vault.client.refused import RefusedError
from vault.client.report import Report
from vault.client.text import inert


def ls(args: argparse.Namespace, report: Report) -> None:
    """List files and folders, or the trash."""
    report.begin("files")
    with unlocked(args) as vault:
        entries = vault.entries()
    report.say(f"{'Size':>8}  {'Modified':16}  Name")
    for entry in entries:
        if entry.is_trashed if args.trash else not entry.hidden:
            report.add("files", _file_row(entry))
            report.say(_file_line(entry))


def rm(args: argparse.Namespace, report: Report) -> None:
    """Move files to the trash, or destroy them."""
    if args.forever:
        _delete(args, report)
    else:
        _relabel(args, report, "trash")


def restore(args: argparse.Namespace, report: Report) -> None:
    """Bring files back from the trash."""
    _relabel(args, report, "restore")


_DONE = {
    "trash": ("trashed", "Moved to the trash:"),
    "restore": ("restored", "Restored:"),
    "delete": ("deleted", "Deleted:"),
}


def _relabel(args: argparse.Namespace, report: Report, action: str) -> None:
    report.begin(_DONE[action][0])
    with unlocked(args) as vault:
        found = find_entries(vault.entries(), args.names, trashed=action == "restore")
        for batch in _batches(found):
            files = [entry.file for entry in batch]
            vault.commit("label", partial(label_changes, vault, files, action))
            _tell(report, action, batch)


def _delete(args: argparse.Namespace, report: Report) -> None:
    report.begin(_DONE["delete"][0])
    with unlocked(args) as vault:
        entries = vault.entries()
        found = find_entries(entries, args.names, trashed=None)
        for entry in found:
            # Without their folder its files would all come to lie at the root.
            if children(entries, entry):
                raise RefusedError("folder_not_empty", entry.name)
        for batch in _batches(found):
            vault.commit("delete", partial(delete_changes, [entry.file for entry in batch]))
            _tell(report, "delete", batch)


def _batches(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), MAX_ITEMS):
        yield entries[start : start + MAX_ITEMS]


def _tell(report: Report, action: str, entries: Sequence[Entry]) -> None:
    key, words = _DONE[action]
    for entry in entries:
        report.add(key, {"file": entry.file, "name": entry.name})
        report.say(f"{words} {inert(entry.name)}")


def _file_row(entry: Entry) -> dict[str, object]:
    label = entry.label
    return {
        "file": entry.file,
        "folder": entry.is_folder,
        "modified": format_iso_time(label["modified"]),
        "name": entry.name,
        "path": entry.path,
        "size": label["size"],
        "trashed": format_iso_time(label["trashed"]) if label["trashed"] else "",
        "type": label["type"],
    }


def _file_line(entry: Entry) -> str:
    size = "" if entry.is_folder else format_size(entry.label["size"])
    path = inert(entry.path) + ("/" if entry.is_folder else "")
    return f"{size:>8}  {format_time(entry.label['modified'])}  {path}"
