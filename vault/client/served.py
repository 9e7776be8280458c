"""Holding what a server lists and hands out to the directory (spec §5.4).

Mirror: static/js/core/served.js. A chain can grow between two requests: before a refusal is told to
a person, a client reads what is new in the chain once more and checks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from vault.client.directory import Directory
from vault.client.errors import TamperedError
from vault.client.hashes import hash_all
from vault.client.manifest import manifest_hash
from vault.client.slots import Slot, slot_hash
from vault.client.wraps import wrap_hash


class ServedLabel(TypedDict):
    """A sealed label as listed (spec §6.3)."""

    file: str
    generation: int
    label: bytes


class ServedVersion(TypedDict):
    """What a download is about to use (spec §6.2)."""

    file: str
    generation: int
    manifest: bytes
    version: str
    wrap: bytes


def check_slot(directory: Directory, slot: Slot) -> None:
    """Hold the slot that opened the vault to the directory; TamperedError `tampered_rollback`."""
    # The slot of an earlier password would let that password in again.
    named = {"hash": slot_hash(slot), "kind": slot["kind"]}
    if named not in directory["slots"]:
        raise TamperedError("tampered_rollback", "slot: not one that the chain names")


def check_listing(directory: Directory, labels: Sequence[ServedLabel]) -> None:
    """Hold a whole listing to the directory.

    Raises TamperedError `tampered_unlisted` for a file that no statement names, `tampered_label`
    for another label than the newest, `tampered_rollback` for a file left out or listed twice.
    """
    files, listed = directory["files"], set()
    hashes = hash_all(served["label"] for served in labels)
    for digest, served in zip(hashes, labels, strict=True):
        entry = files.get(served["file"])
        if entry is None:
            raise TamperedError("tampered_unlisted", "listing: a file that no statement names")
        # An old label would bring an old name back, or take a file out of the trash.
        newest = (entry["label"], entry["label_generation"])
        if (digest, served["generation"]) != newest:
            raise TamperedError("tampered_label", "listing: not the label that the chain names")
        if served["file"] in listed:
            raise TamperedError("tampered_rollback", "listing: a file twice")
        listed.add(served["file"])
    if len(listed) != len(files):
        raise TamperedError("tampered_rollback", "listing: a file is left out")


def check_version(directory: Directory, served: ServedVersion) -> None:
    """Hold the manifest and the wrap of a version to the directory, before either is used.

    Raises TamperedError `tampered_unlisted` for a version that no statement names,
    `tampered_manifest` or `tampered_wrap` for other bytes than it names.
    """
    entry = directory["versions"].get(served["version"])
    if entry is None or entry["file"] != served["file"]:
        raise TamperedError("tampered_unlisted", "version: no statement names it")
    if manifest_hash(served["manifest"]) != entry["manifest"]:
        raise TamperedError("tampered_manifest", "version: not the manifest that the chain names")
    # Anyone can wrap a DEK of their own to a public key: the hash says that the member wrapped it.
    if (wrap_hash(served["wrap"]), served["generation"]) != (entry["wrap"], entry["generation"]):
        raise TamperedError("tampered_wrap", "version: not the wrap that the chain names")
