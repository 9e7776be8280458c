"""The directory against a plain model: any sequence of changes, allowed or not (spec §5.4)."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.strategies import ITEMS
from tests.vectors.vault import (
    FILE,
    OWNER_ID,
    VERSION,
    ZEROS,
    chain,
    label_item,
    signed,
    upload_item,
)
from vault.client.directory import Directory, apply_statement, chain_head, new_directory, replay
from vault.client.errors import TamperedError
from vault.client.keys import make_identity
from vault.client.statements import build_statement


@settings(deadline=None, max_examples=300)
@given(st.lists(ITEMS, min_size=10, max_size=25))
def test_replay_is_what_a_plain_model_says(changes: list[tuple[str, Any]]) -> None:
    """Build a chain by trying each change, keeping what is allowed; compare with a naive model."""
    directory, statements = replay(new_directory(OWNER_ID), [signed(chain()[0])]), [chain()[0]]
    model = _Model()
    for kind, item in changes:
        head = chain_head(directory)
        data = build_statement(
            {
                "items": [item],
                "prev": head["hash"],
                "seen": {"root": ZEROS, "size": 0},
                "seq": head["seq"] + 1,
                "time": 0,
                "type": kind,
                "user": OWNER_ID,
            }
        )
        before = copy.deepcopy(directory)
        try:
            after = apply_statement(directory, data)
        except TamperedError:
            assert not model.allows(kind, item)
        else:
            assert model.allows(kind, item)
            model.apply(kind, item)
            statements.append(data)
        # A refusal and a success alike leave the directory that was given as it was.
        assert directory == before
        directory = after if statements[-1] == data else directory
    assert model.view() == _view(directory)
    assert replay(new_directory(OWNER_ID), [signed(data) for data in statements]) == directory
    assert json.loads(json.dumps(directory)) == directory


class _Model:
    """Files as lists of (version, manifest); the last one is current, a folder has none."""

    def __init__(self) -> None:
        self.files: dict[str, list[tuple[str, str]]] = {}
        self.labels: dict[str, str] = {}

    def allows(self, kind: str, item: dict[str, Any]) -> bool:
        versions = self.files.get(item["file"])
        everywhere = {version for held in self.files.values() for version, _ in held}
        if kind == "upload":
            current = versions[-1][0] if versions else ""
            fits = (item["replaces"], item["generation"]) == (current, 1)
            return fits and versions != [] and not everywhere & {item["version"]}
        if kind == "label":
            return (versions is None) == bool(item["action"] == "create")
        if versions is None or item["version"] == "":
            return versions is not None
        return item["version"] in [version for version, _ in versions[:-1]]

    def apply(self, kind: str, item: dict[str, Any]) -> None:
        file = item["file"]
        if kind == "upload":
            self.files.setdefault(file, []).append((item["version"], item["manifest"]))
        elif kind == "label":
            self.files.setdefault(file, [])
        elif item["version"]:
            self.files[file] = [held for held in self.files[file] if held[0] != item["version"]]
        else:
            del self.files[file]
            del self.labels[file]
        if "label" in item:
            self.labels[file] = item["label"]

    def view(self) -> object:
        return self.files, self.labels


def _view(directory: Directory) -> object:
    files = {
        file: [
            (version, directory["versions"][version]["manifest"]) for version in entry["versions"]
        ]
        for file, entry in directory["files"].items()
    }
    held = [version for entry in directory["files"].values() for version in entry["versions"]]
    assert sorted(held) == sorted(directory["versions"])
    for entry in directory["files"].values():
        assert entry["current"] == (entry["versions"][-1] if entry["versions"] else "")
    return files, {file: entry["label"] for file, entry in directory["files"].items()}


def test_a_refused_chain_leaves_the_known_directory() -> None:
    first = ("upload", [upload_item(FILE, VERSION)])
    known = replay(new_directory(OWNER_ID), [signed(data) for data in chain(first)])
    kept = copy.deepcopy(known)
    forged = chain(first, ("label", [label_item("trash", FILE)]))[2]
    with pytest.raises(TamperedError):
        replay(known, [signed(forged, make_identity())])
    assert known == kept
