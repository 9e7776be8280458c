"""The files of a vault as a person names them: paths, trash, finding one by what was typed (§4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vault.client.labels import FOLDER_TYPE, Label
from vault.client.refused import RefusedError


@dataclass(frozen=True)
class Entry:
    """A file (UUID) under its label. `path` is folders and name joined by `/`: untrusted text.

    `hidden`: it lies in the trash, by itself or inside a folder that does.
    """

    file: str
    label: Label
    path: str
    hidden: bool

    @property
    def name(self) -> str:
        """What the label calls it; untrusted text."""
        return self.label["name"]

    @property
    def is_folder(self) -> bool:
        """Whether it holds files instead of content."""
        return self.label["type"] == FOLDER_TYPE

    @property
    def is_trashed(self) -> bool:
        """Whether it was itself moved to the trash."""
        return self.label["trashed"] != 0


def build_entries(labels: Mapping[str, Label]) -> list[Entry]:
    """Return an entry a label, sorted by path."""
    entries = []
    for file, label in labels.items():
        line = [label, *_ancestors(label, labels)]
        path = "/".join(step["name"] for step in reversed(line))
        entries.append(Entry(file, label, path, any(step["trashed"] for step in line)))
    return sorted(entries, key=lambda entry: (entry.path, entry.file))


def find_entries(
    entries: Iterable[Entry], names: Sequence[str], *, trashed: bool | None
) -> list[Entry]:
    """Return the entry each name means, each entry once.

    A name is a file's id, else a path, else a bare name that only one file has. `trashed` True
    looks in the trash, False outside it, None everywhere; an id is found everywhere.
    Raises RefusedError `name_unknown` and `name_ambiguous`.
    """
    everything = list(entries)
    visible = [entry for entry in everything if trashed is None or _fits(entry, trashed)]
    found = [_find(everything, visible, name) for name in names]
    return list({entry.file: entry for entry in found}.values())


def children(entries: Iterable[Entry], folder: Entry) -> list[Entry]:
    """Return what lies directly in a folder."""
    return [entry for entry in entries if entry.label["folder"] == folder.file]


def same_name(left: str, right: str) -> bool:
    """Whether two names are one to a person: macOS writes `é` as two characters, others as one."""
    return unicodedata.normalize("NFC", left) == unicodedata.normalize("NFC", right)


def _ancestors(label: Label, labels: Mapping[str, Label]) -> list[Label]:
    """Return the folders around a file, innermost first.

    A folder that does not exist, is none or contains itself ends the line: the file shows at the
    root. Two clients that move folders into each other at once can make such a circle.
    """
    line: list[Label] = []
    seen: set[str] = set()
    folder = label["folder"]
    while folder in labels and folder not in seen and labels[folder]["type"] == FOLDER_TYPE:
        seen.add(folder)
        line.append(labels[folder])
        folder = labels[folder]["folder"]
    return line


def _fits(entry: Entry, trashed: bool) -> bool:
    return entry.is_trashed if trashed else not entry.hidden


def _find(everything: Iterable[Entry], visible: Sequence[Entry], name: str) -> Entry:
    for entry in everything:
        if entry.file == name:
            return entry
    found = [entry for entry in visible if same_name(entry.path, name)]
    found = found or [entry for entry in visible if same_name(entry.name, name)]
    if not found:
        raise RefusedError("name_unknown", name)
    if len(found) > 1:
        raise RefusedError("name_ambiguous", name)
    return found[0]
