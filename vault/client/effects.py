"""What each type of statement does to a directory, or why it cannot follow (spec §5.3, §5.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vault.client.errors import TamperedError
from vault.client.items import (
    AnnounceKeyItem,
    ChangeSlotsItem,
    DeleteItem,
    LabelItem,
    NamedKeyring,
    RegisterItem,
    UploadItem,
)

if TYPE_CHECKING:
    from vault.client.directory import AnnouncedGeneration, Directory


def _apply_register(draft: Directory, item: RegisterItem) -> None:
    announced: AnnouncedGeneration = {
        "generation": item["generation"],
        "not_after": item["not_after"],
        "public_key": item["public_key"],
    }
    draft["generations"] = [announced]
    draft["identity_key"] = item["identity_key"]
    draft["keyring"] = item["keyring"]
    draft["slots"] = item["slots"]
    draft["username"] = item["username"]


def _apply_announce_key(draft: Directory, item: AnnounceKeyItem) -> None:
    newest = draft["generations"][-1]["generation"]
    # A generation left out or announced again would put another key in the place of one in use.
    demand(item["generation"] == newest + 1, "not the next generation")
    _name_keyring(draft, item["keyring"])
    announced: AnnouncedGeneration = {
        "generation": item["generation"],
        "not_after": item["not_after"],
        "public_key": item["public_key"],
    }
    draft["generations"] = [*draft["generations"], announced]


def _apply_change_slots(draft: Directory, item: ChangeSlotsItem) -> None:
    _name_keyring(draft, item["keyring"])
    draft["slots"] = item["slots"]


def _name_keyring(draft: Directory, keyring: NamedKeyring) -> None:
    known = draft["keyring"]
    # A keyring that goes back, or a second one of a revision, would bring retired keys back.
    demand(keyring["revision"] >= known["revision"], "a keyring that goes back")
    demand(
        keyring["revision"] > known["revision"] or keyring["hash"] == known["hash"],
        "another keyring of the same revision",
    )
    draft["keyring"] = keyring


def _apply_upload(draft: Directory, item: UploadItem) -> None:
    file, version = item["file"], item["version"]
    entry = draft["files"].get(file)
    # A version is made once: a second one under its id would pass for the first.
    demand(version not in draft["versions"], "a version that exists already")
    # Replacing what is no longer current would undo a change that came in between.
    demand(
        item["replaces"] == (entry["current"] if entry else ""),
        "replaces another version than the current one",
    )
    demand(entry is None or entry["current"] != "", "content for a folder")
    _demand_newest(draft, item["generation"])
    draft["files"][file] = {
        "current": version,
        "label": item["label"],
        "label_generation": item["generation"],
        "versions": [*(entry["versions"] if entry else ()), version],
    }
    draft["versions"][version] = {
        "file": file,
        "generation": item["generation"],
        "manifest": item["manifest"],
        "wrap": item["wrap"],
    }


def _apply_label(draft: Directory, item: LabelItem) -> None:
    entry = draft["files"].get(item["file"])
    demand(
        (entry is None) == (item["action"] == "create"),
        "a label of an unknown file, or a file made twice",
    )
    _demand_newest(draft, item["generation"])
    draft["files"][item["file"]] = {
        "current": entry["current"] if entry else "",
        "label": item["label"],
        "label_generation": item["generation"],
        "versions": entry["versions"] if entry else [],
    }


def _apply_delete(draft: Directory, item: DeleteItem) -> None:
    entry = draft["files"].get(item["file"])
    if entry is None:
        raise TamperedError("tampered_statement", "chain: the end of an unknown file")
    if item["version"] == "":
        del draft["files"][item["file"]]
        for version in entry["versions"]:
            del draft["versions"][version]
        return
    # Without its current version a file would be neither content nor folder.
    demand(item["version"] != entry["current"], "the end of the current version")
    demand(item["version"] in entry["versions"], "the end of an unknown version")
    rest = [version for version in entry["versions"] if version != item["version"]]
    draft["files"][item["file"]] = {**entry, "versions": rest}
    del draft["versions"][item["version"]]


def _demand_newest(draft: Directory, generation: int) -> None:
    # What is sealed to an older generation stays open to whoever holds the old key.
    demand(generation == draft["generations"][-1]["generation"], "not the newest generation")


def demand(holds: bool, fault: str) -> None:
    """Raise TamperedError `tampered_statement` unless it holds."""
    if not holds:
        raise TamperedError("tampered_statement", f"chain: {fault}")


EFFECTS: dict[str, Callable[[Directory, Any], None]] = {
    "register": _apply_register,
    "announce_key": _apply_announce_key,
    "change_slots": _apply_change_slots,
    "upload": _apply_upload,
    "label": _apply_label,
    "delete": _apply_delete,
}
