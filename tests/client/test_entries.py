"""Finding a file by what a person typed; folders, trash and circles (spec §4)."""

from __future__ import annotations

import pytest

from vault.client.entries import build_entries, children, find_entries, same_name
from vault.client.labels import Label
from vault.client.refused import RefusedError

_A, _B, _C, _D = (f"{digit}0000000-0000-4000-8000-000000000000" for digit in "abcd")


def _label(name: str, folder: str = "", trashed: int = 0, kind: str = "text/plain") -> Label:
    return {
        "folder": folder,
        "modified": 0,
        "name": name,
        "size": 0,
        "trashed": trashed,
        "type": kind,
        "v": 1,
    }


def _find(labels: dict[str, Label], *names: str, trashed: bool | None = False) -> list[str]:
    return [entry.file for entry in find_entries(build_entries(labels), names, trashed=trashed)]


_TREE = {
    _A: _label("photos", kind="folder"),
    _B: _label("summer.jpg", folder=_A),
    _C: _label("notes.txt"),
    _D: _label("old.txt", trashed=5),
}


def test_paths_go_through_folders() -> None:
    paths = {entry.file: entry.path for entry in build_entries(_TREE)}
    assert paths == {_A: "photos", _B: "photos/summer.jpg", _C: "notes.txt", _D: "old.txt"}
    entries = build_entries(_TREE)
    assert [entry.file for entry in children(entries, entries[2])] == [_B]


@pytest.mark.parametrize("name", ["photos/summer.jpg", "summer.jpg", _B])
def test_a_file_has_a_path_a_name_and_an_id(name: str) -> None:
    assert _find(_TREE, name) == [_B]


def test_the_same_file_named_twice_is_one() -> None:
    assert _find(_TREE, "summer.jpg", _B, "notes.txt") == [_B, _C]


def test_trash_is_looked_into_only_when_asked() -> None:
    with pytest.raises(RefusedError, match="name_unknown"):
        _find(_TREE, "old.txt")
    assert _find(_TREE, "old.txt", trashed=True) == [_D]
    assert _find(_TREE, "old.txt", trashed=None) == [_D]
    with pytest.raises(RefusedError, match="name_unknown"):
        _find(_TREE, "notes.txt", trashed=True)


def test_what_lies_in_a_trashed_folder_is_hidden_with_it() -> None:
    tree = {**_TREE, _A: _label("photos", kind="folder", trashed=1)}
    with pytest.raises(RefusedError, match="name_unknown"):
        _find(tree, "summer.jpg")
    hidden = {entry.file for entry in build_entries(tree) if entry.hidden}
    assert hidden == {_A, _B, _D}


def test_one_name_of_two_files_is_ambiguous_and_the_id_decides() -> None:
    tree = {_A: _label("same"), _B: _label("same")}
    with pytest.raises(RefusedError) as caught:
        _find(tree, "same")
    assert (caught.value.code, caught.value.subject) == ("name_ambiguous", "same")
    assert _find(tree, _B) == [_B]


def test_path_goes_before_a_name_that_looks_like_one() -> None:
    tree = {_A: _label("x", kind="folder"), _B: _label("y", folder=_A), _C: _label("x/y")}
    with pytest.raises(RefusedError, match="name_ambiguous"):
        _find(tree, "x/y")
    tree[_C] = _label("x/y", folder=_A)
    assert _find(tree, "x/y") == [_B]


@pytest.mark.parametrize("folder", [_A, _D, "e0000000-0000-4000-8000-000000000000"])
def test_circles_and_orphans_show_at_the_root(folder: str) -> None:
    tree = {
        _A: _label("a", folder=_B, kind="folder"),
        _B: _label("b", folder=_A, kind="folder"),
        _C: _label("c", folder=folder),
        _D: _label("no folder"),
    }
    (found,) = (entry for entry in build_entries(tree) if entry.file == _C)
    assert found.path.endswith("c")
    assert found.path.count("/") <= 2


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert same_name("caf\u00e9", "cafe\u0301")
    assert not same_name("cafe", "caf\u00e9")
    assert _find({_A: _label("cafe\u0301")}, "caf\u00e9") == [_A]
