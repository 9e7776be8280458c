"""A change of keys in a chain, and what it leaves of the older generation (spec §2.5, §5.4)."""

from typing import Any

from tests.vectors.case import Vector, accepts, refuses
from tests.vectors.cast import RECIPIENT
from tests.vectors.kinds.directory import FIRST, Change, replayed, served
from tests.vectors.kinds.keyring import KEYRING, sealed
from tests.vectors.vault import (
    FILE,
    NEXT_VERSION,
    OTHER_FILE,
    OTHER_VERSION,
    OWNER_ID,
    STRANGER_PUBLIC_KEY,
    VERSION,
    announce_item,
    chain,
    changed,
    digest,
    generation,
    label_item,
    named_keyring,
    register_item,
    slots_item,
    upload_item,
)
from vault.client.bytes import encode_base64
from vault.client.directory import chain_head, new_directory
from vault.client.hashes import hash_of

ANNOUNCE: Change = ("announce_key", [announce_item()])
CHANGE: Change = ("change_slots", [slots_item()])
CHANGED: tuple[Change, ...] = (FIRST, ANNOUNCE, CHANGE)


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _rules() | _generations() | _keyring()


def _accepted() -> dict[str, Vector]:
    empty = new_directory(OWNER_ID)
    moved: Change = ("label", [label_item("move", FILE, generation=2)])
    again: tuple[Change, ...] = (
        *CHANGED,
        ("announce_key", [announce_item(3, 4)]),
        ("change_slots", [slots_item(4)]),
    )
    chains: dict[str, tuple[Change, ...]] = {
        "announce_alone": (FIRST, ANNOUNCE),
        "announce_then_slots": CHANGED,
        "slots_then_announce": (FIRST, CHANGE, ANNOUNCE),
        "slots_alone": (CHANGE,),
        "slots_with_known_keyring": (
            ("change_slots", [slots_item(keyring=register_item()["keyring"])]),
        ),
        "twice": again,
        "label_moves_to_new_generation": (*CHANGED, moved),
        "version_of_new_generation": (
            *CHANGED,
            ("upload", [upload_item(FILE, NEXT_VERSION, VERSION, generation=2)]),
        ),
        "older_version_deleted_after": (
            *CHANGED,
            ("upload", [upload_item(FILE, NEXT_VERSION, VERSION, generation=2)]),
            ("delete", [{"file": FILE, "version": VERSION}]),
        ),
    }
    return {
        f"replay_{name}": accepts(
            "replay", empty, served(chain(*changes)), result=replayed(*changes)
        )
        for name, changes in chains.items()
    }


def _rules() -> dict[str, Vector]:
    """Chains that are whole and signed, and say what an honest server would have refused."""
    broken: dict[str, tuple[Change, ...]] = {
        "generation_again": (ANNOUNCE, ("announce_key", [announce_item(2, 3)])),
        "generation_left_out": (("announce_key", [announce_item(3)]),),
        "generation_first_again": (("announce_key", [announce_item(1)]),),
        "generation_goes_back": (
            ANNOUNCE,
            ("announce_key", [announce_item(1, 3)]),
        ),
        "keyring_goes_back_in_announcement": (
            ("change_slots", [slots_item(3)]),
            ("announce_key", [announce_item(2, 2)]),
        ),
        "keyring_goes_back_in_slots": (
            ("announce_key", [announce_item(2, 3)]),
            ("change_slots", [slots_item(2)]),
        ),
        "keyring_other_of_same_revision": (
            ANNOUNCE,
            ("change_slots", [slots_item(keyring={**named_keyring(2), "hash": digest("fork")})]),
        ),
        "keyring_other_of_first_revision": (("change_slots", [slots_item(1)]),),
        "upload_to_older_generation": (
            *CHANGED,
            ("upload", [upload_item(OTHER_FILE, OTHER_VERSION)]),
        ),
        "upload_before_its_generation": (
            ("upload", [upload_item(FILE, VERSION, generation=2)]),
            ANNOUNCE,
        ),
        "label_of_older_generation": (*CHANGED, ("label", [label_item("rename", FILE)])),
        "register_instead_of_announcement": (
            FIRST,
            ("register", [register_item(public_key=announce_item()["public_key"])]),
        ),
    }
    return {
        name: refuses(
            "tampered_statement", "replay", new_directory(OWNER_ID), served(chain(*changes))
        )
        for name, changes in broken.items()
    } | {
        "announcement_without_register": refuses(
            "tampered_statement",
            "apply_statement",
            new_directory(OWNER_ID),
            chain(ANNOUNCE)[1],
        ),
    }


def _generations() -> dict[str, Vector]:
    """After a change what lies on the older generation stays readable, as that and nothing else."""
    label, manifest, wrap = b"label", b"manifest", b"wrap"
    item = upload_item(
        FILE, VERSION, label=hash_of(label), manifest=hash_of(manifest), wrap=hash_of(wrap)
    )
    directory = replayed(("upload", [item]), ANNOUNCE, CHANGE)
    listed = {"file": FILE, "generation": 1, "label": label}
    version = {
        "file": FILE,
        "generation": 1,
        "manifest": manifest,
        "version": VERSION,
        "wrap": wrap,
    }
    return {
        "listing_on_older_generation": accepts("check_listing", directory, [listed]),
        "listing_passed_off_as_newest": refuses(
            "tampered_label", "check_listing", directory, [{**listed, "generation": 2}]
        ),
        "version_on_older_generation": accepts("check_version", directory, version),
        "version_passed_off_as_newest": refuses(
            "tampered_wrap", "check_version", directory, {**version, "generation": 2}
        ),
    }


def _keyring() -> dict[str, Vector]:
    """The keyring after a change, held to chains before, after and beside it."""
    before, after = replayed(FIRST), replayed(*CHANGED)
    renewed: dict[str, Any] = {
        **KEYRING,
        "chain": chain_head(before),
        "generations": [*KEYRING["generations"], generation(2, RECIPIENT)],
    }
    data = sealed(renewed)
    named = {"hash": hash_of(data), "revision": 2}
    whole = changed({**after}, keyring=named)
    one, two = whole["generations"]
    other = {**two, "public_key": encode_base64(STRANGER_PUBLIC_KEY)}
    swapped = [{**one, "public_key": two["public_key"]}, {**two, "public_key": one["public_key"]}]
    third = {**other, "generation": 3}
    keys: dict[str, list[dict[str, Any]]] = {
        "newest_key_replaced": [one, other],
        "older_key_replaced": [{**one, "public_key": other["public_key"]}, two],
        "keys_swapped": swapped,
        "older_key_left_out": [two],
        "newest_key_left_out": [one],
        "key_added": [one, two, third],
    }
    old = changed(KEYRING, revision=1)
    return {
        "keyring_after_change": accepts("check_keyring", whole, renewed, data),
        "keyring_before_change": refuses(
            "tampered_rollback", "check_keyring", whole, old, sealed(old, revision=1)
        ),
        "keyring_beside_the_named_one": refuses(
            "tampered_rollback", "check_keyring", after, renewed, data
        ),
        "keyring_with_chain_cut_back": refuses(
            "tampered_rollback", "check_keyring", changed({**replayed()}), renewed, data
        ),
        "keyring_with_chain_before_change": refuses(
            "tampered_key", "check_keyring", before, renewed, data
        ),
    } | {
        f"keyring_{name}": refuses(
            "tampered_key", "check_keyring", changed(whole, generations=value), renewed, data
        )
        for name, value in keys.items()
    }
