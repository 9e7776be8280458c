"""What a server lists and hands out is held to the directory, item by item (spec §5.4)."""

from typing import Any

from tests.vectors.case import Vector, accepts, refuses
from tests.vectors.kinds.directory import replayed
from tests.vectors.kinds.slots import KDF, RECOVERY, slot
from tests.vectors.vault import (
    FILE,
    FOLDER,
    NEXT_VERSION,
    OTHER_FILE,
    OTHER_VERSION,
    OWNER_ID,
    VERSION,
    changed,
    label_item,
    upload_item,
    uuid,
)
from vault.client.bytes import encode_base64
from vault.client.canonical import encode_json
from vault.client.directory import new_directory
from vault.client.hashes import hash_of

LABEL, OLD_LABEL, FOLDER_LABEL = b"label", b"old label", b"folder's label"
MANIFEST, WRAP = b"manifest", b"wrap"
OLD_MANIFEST, OLD_WRAP = b"old manifest", b"old wrap"

DIRECTORY = replayed(
    (
        "upload",
        [
            upload_item(
                FILE,
                VERSION,
                label=hash_of(OLD_LABEL),
                manifest=hash_of(OLD_MANIFEST),
                wrap=hash_of(OLD_WRAP),
            )
        ],
    ),
    ("label", [label_item("create", FOLDER, label=hash_of(FOLDER_LABEL))]),
    (
        "upload",
        [
            upload_item(
                FILE,
                NEXT_VERSION,
                VERSION,
                label=hash_of(LABEL),
                manifest=hash_of(MANIFEST),
                wrap=hash_of(WRAP),
            )
        ],
    ),
)
LISTED = {"file": FILE, "generation": 1, "label": LABEL}
FOLDER_LISTED = {"file": FOLDER, "generation": 1, "label": FOLDER_LABEL}
CURRENT = {
    "file": FILE,
    "generation": 1,
    "manifest": MANIFEST,
    "version": NEXT_VERSION,
    "wrap": WRAP,
}
OLDER = {
    "file": FILE,
    "generation": 1,
    "manifest": OLD_MANIFEST,
    "version": VERSION,
    "wrap": OLD_WRAP,
}


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _slot() | _listing() | _version()


def _slot() -> dict[str, Vector]:
    current, recovery = slot(), slot("recovery", RECOVERY)
    named = [
        {"hash": hash_of(encode_json(value)), "kind": value["kind"]}
        for value in (current, recovery)
    ]
    directory = changed({**DIRECTORY}, slots=named)
    weaker = changed(current, kdf=changed(KDF, iterations=4))
    refused = {
        "of_earlier_password": changed(current, sealed=encode_base64(bytes(60))),
        "with_other_kdf": weaker,
        "password_under_hash_of_recovery": changed(recovery, kind="password"),
    }
    return {
        "slot_password": accepts("check_slot", directory, current),
        "slot_recovery": accepts("check_slot", directory, recovery),
        "slot_in_empty_chain": refuses(
            "tampered_rollback", "check_slot", new_directory(OWNER_ID), current
        ),
        "slot_named_as_other_kind": refuses(
            "tampered_rollback",
            "check_slot",
            changed(directory, slots=[{**named[0], "kind": "recovery"}]),
            current,
        ),
    } | {
        f"slot_{name}": refuses("tampered_rollback", "check_slot", directory, value)
        for name, value in refused.items()
    }


def _listing() -> dict[str, Vector]:
    both = [LISTED, FOLDER_LISTED]
    stranger = {**LISTED, "file": uuid("invented")}
    refused: dict[str, tuple[str, list[dict[str, Any]]]] = {
        "file_added": ("tampered_unlisted", [*both, stranger]),
        "file_replaced": ("tampered_unlisted", [stranger, FOLDER_LISTED]),
        "file_named_prototype": ("tampered_unlisted", [*both, {**LISTED, "file": "__proto__"}]),
        "file_named_constructor": ("tampered_unlisted", [*both, {**LISTED, "file": "constructor"}]),
        "file_left_out": ("tampered_rollback", [LISTED]),
        "all_left_out": ("tampered_rollback", []),
        "file_twice": ("tampered_rollback", [*both, LISTED]),
        "file_twice_for_another": ("tampered_rollback", [LISTED, LISTED]),
        "label_older": ("tampered_label", [{**LISTED, "label": OLD_LABEL}, FOLDER_LISTED]),
        "labels_swapped": (
            "tampered_label",
            [{**LISTED, "label": FOLDER_LABEL}, {**FOLDER_LISTED, "label": LABEL}],
        ),
        "label_empty": ("tampered_label", [{**LISTED, "label": b""}, FOLDER_LISTED]),
        "label_of_other_generation": ("tampered_label", [{**LISTED, "generation": 2}]),
        "label_older_beside_the_newest": ("tampered_label", [*both, {**LISTED, "label": b"x"}]),
    }
    return {
        "listing": accepts("check_listing", DIRECTORY, both),
        "listing_in_other_order": accepts("check_listing", DIRECTORY, both[::-1]),
        "listing_of_nothing": accepts("check_listing", replayed(), []),
    } | {
        f"listing_{name}": refuses(code, "check_listing", DIRECTORY, labels)
        for name, (code, labels) in refused.items()
    }


def _version() -> dict[str, Vector]:
    refused: dict[str, tuple[str, dict[str, Any]]] = {
        "unknown": ("tampered_unlisted", changed(CURRENT, version=OTHER_VERSION)),
        "of_other_file": ("tampered_unlisted", changed(CURRENT, file=OTHER_FILE)),
        "of_folder": ("tampered_unlisted", changed(CURRENT, file=FOLDER)),
        "named_prototype": ("tampered_unlisted", changed(CURRENT, version="__proto__")),
        "with_older_manifest": ("tampered_manifest", changed(CURRENT, manifest=OLD_MANIFEST)),
        "with_no_manifest": ("tampered_manifest", changed(CURRENT, manifest=b"")),
        "all_of_older": ("tampered_manifest", changed(OLDER, version=NEXT_VERSION)),
        "with_older_wrap": ("tampered_wrap", changed(CURRENT, wrap=OLD_WRAP)),
        "with_wrap_of_the_server": ("tampered_wrap", changed(CURRENT, wrap=b"its own")),
        "of_other_generation": ("tampered_wrap", changed(CURRENT, generation=2)),
    }
    return {
        "version_current": accepts("check_version", DIRECTORY, CURRENT),
        "version_older": accepts("check_version", DIRECTORY, OLDER),
    } | {
        f"version_{name}": refuses(code, "check_version", DIRECTORY, served)
        for name, (code, served) in refused.items()
    }
