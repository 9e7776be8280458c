"""Items of the statements that change a member's keys: strict, one each (spec §5.3)."""

from typing import Any

from audit import canonical
from tests.vectors.case import Vector, accepts, refuses
from tests.vectors.cast import OWNER
from tests.vectors.vault import (
    FILE,
    PUBLIC_KEY,
    announce_item,
    digest,
    label_item,
    named_keyring,
    slots_item,
    statement,
)
from vault.client.bytes import encode_base64

SLOTS = slots_item()["slots"]
KEYRINGS: dict[str, Any] = {
    "missing": None,
    "hash_alone": {"hash": digest("keyring")},
    "revision_alone": {"revision": 2},
    "revision_0": {**named_keyring(2), "revision": 0},
    "revision_text": {**named_keyring(2), "revision": "2"},
    "hash_upper_case": {**named_keyring(2), "hash": "A" * 64},
    "sealed_added": {**named_keyring(2), "sealed": ""},
    "text": "keyring",
}


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _announce_key() | _change_slots()


def _accepted() -> dict[str, Vector]:
    accepted = {
        "announce_key": statement("announce_key", [announce_item()]),
        "announce_key_with_end": statement("announce_key", [announce_item(not_after=2**53 - 1)]),
        "change_slots": statement("change_slots", [slots_item()]),
    }
    return {
        name: accepts("parse_statement", data, result=canonical.decode(data))
        for name, data in accepted.items()
    }


def _announce_key() -> dict[str, Vector]:
    fields: dict[str, dict[str, Any]] = {
        "generation_0": {"generation": 0},
        "generation_missing": {"generation": None},
        "generation_true": {"generation": True},
        "not_after_missing": {"not_after": None},
        "not_after_text": {"not_after": ""},
        "public_key_missing": {"public_key": None},
        "public_key_empty": {"public_key": ""},
        "public_key_truncated": {"public_key": encode_base64(PUBLIC_KEY[:-1])},
        "public_key_extended": {"public_key": encode_base64(PUBLIC_KEY + b"\x00")},
        "public_key_with_padding": {"public_key": encode_base64(PUBLIC_KEY) + "="},
        "private_key_as_public": {"public_key": encode_base64(OWNER)},
        "private_key_added": {"private_key": ""},
        "identity_key_added": {"identity_key": ""},
        **{f"keyring_{name}": {"keyring": value} for name, value in KEYRINGS.items()},
    }
    items: dict[str, list[Any]] = {
        "none": [],
        "twice": [announce_item(), announce_item(3)],
        "of_label": [label_item("rename", FILE)],
        "of_change_slots": [slots_item()],
        "text": ["announce_key"],
    }
    broken = {name: [announce_item(**change)] for name, change in fields.items()}
    broken |= {f"items_{name}": value for name, value in items.items()}
    weak = encode_base64(PUBLIC_KEY[:-1] + b"\x03")
    return {
        f"announce_key_{name}": refuses(
            "format", "parse_statement", statement("announce_key", value)
        )
        for name, value in broken.items()
    } | {
        "announce_key_with_exponent_3": refuses(
            "policy_key_size",
            "parse_statement",
            statement("announce_key", [announce_item(public_key=weak)]),
        ),
    }


def _change_slots() -> dict[str, Vector]:
    password, recovery = SLOTS
    slots: dict[str, Any] = {
        "missing": None,
        "none": [],
        "object": {"password": password, "recovery": recovery},
        "password_alone": [password],
        "recovery_alone": [recovery],
        "swapped": [recovery, password],
        "password_twice": [password, password],
        "third": [password, recovery, recovery],
        "of_unknown_kind": [password, {**recovery, "kind": "passkey"}],
        "without_kind": [password, {"hash": recovery["hash"]}],
        "hash_short": [password, {**recovery, "hash": "00"}],
        "sealed_added": [{**password, "sealed": ""}, recovery],
    }
    broken = {f"slots_{name}": [slots_item(slots=value)] for name, value in slots.items()}
    broken |= {f"keyring_{name}": [slots_item(keyring=value)] for name, value in KEYRINGS.items()}
    broken |= {
        "items_none": [],
        "items_twice": [slots_item(), slots_item(3)],
        "items_of_announce_key": [announce_item()],
        "login_key_added": [slots_item(login_keys={})],
    }
    return {
        f"change_slots_{name}": refuses(
            "format", "parse_statement", statement("change_slots", value)
        )
        for name, value in broken.items()
    }
