"""What a statement of each type says, item by item (spec §5.3).

Mirror: static/js/core/items.js. The rules of form alone; whether an item fits what came before is
directory.py's part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, cast

from audit.canonical import Json
from vault.client.bytes import decode_base64
from vault.client.canonical import (
    parse_fields,
    parse_hash,
    parse_integer,
    parse_list,
    parse_uuid,
)
from vault.client.errors import FormatError
from vault.client.fields import (
    parse_base64,
    parse_choice,
    parse_optional_uuid,
    parse_positive,
    parse_username,
)
from vault.client.oaep import parse_public_key
from vault.client.signatures import check_identity_key

MAX_ITEMS = 256
SLOT_KINDS = ("password", "recovery")
LABEL_ACTIONS = ("create", "rename", "move", "trash", "restore")

# Types about the member's keys: one item, which says all.
_KEY_TYPES = frozenset({"register", "announce_key", "change_slots"})


class NamedKeyring(TypedDict):
    """A keyring as a statement names it: hash in hex, revision from 1."""

    hash: str
    revision: int


class NamedSlot(TypedDict):
    """A slot as a statement names it: hash in hex."""

    hash: str
    kind: str


class RegisterItem(TypedDict):
    """The first keys of a member, in base64url; `not_after` in ms, 0 for none."""

    generation: int
    identity_key: str
    keyring: NamedKeyring
    not_after: int
    public_key: str
    slots: list[NamedSlot]
    username: str


class AnnounceKeyItem(TypedDict):
    """A new generation: its public key in base64url; `not_after` in ms, 0 for none."""

    generation: int
    keyring: NamedKeyring
    not_after: int
    public_key: str


class ChangeSlotsItem(TypedDict):
    """The slots that replace all earlier ones."""

    keyring: NamedKeyring
    slots: list[NamedSlot]


class UploadItem(TypedDict):
    """A new version; hashes in hex, `replaces` the version that was current, "" for a new file."""

    file: str
    generation: int
    label: str
    manifest: str
    replaces: str
    version: str
    wrap: str


class LabelItem(TypedDict):
    """A new label; hash in hex, `action` one of LABEL_ACTIONS."""

    action: str
    file: str
    generation: int
    label: str


class DeleteItem(TypedDict):
    """The end of one version, or of the whole file if `version` is ""."""

    file: str
    version: str


Items = (
    list[RegisterItem]
    | list[AnnounceKeyItem]
    | list[ChangeSlotsItem]
    | list[UploadItem]
    | list[LabelItem]
    | list[DeleteItem]
)


def parse_items(kind: str, value: Json) -> Items:
    """Read the items of a statement of a type.

    Raises FormatError for items not of their one form, too many or naming something twice,
    PolicyError `policy_key_size` for a public key that is too weak.
    """
    items = parse_list(value, _ITEMS[kind])
    # One statement is one transaction: without a limit one of them could hold up a server.
    if not 1 <= len(items) <= (1 if kind in _KEY_TYPES else MAX_ITEMS):
        raise FormatError("format", f"statement: {len(items)} items")
    _check_distinct(kind, items)
    _check_keys(items[0])
    return cast("Items", items)


def _check_distinct(kind: str, items: list[dict[str, Any]]) -> None:
    """Refuse a second item of a file or version: it would act on a state no rule was held to."""
    if kind in _KEY_TYPES:
        return
    # Versions of one file may end together, but not beside the file, which takes them along.
    partial = {item["file"] for item in items if kind == "delete" and item["version"]}
    whole = [item["file"] for item in items if kind != "delete" or not item["version"]]
    files = [*whole, *partial]
    versions = [item["version"] for item in items if item.get("version")]
    for names in (files, versions):
        if len(set(names)) != len(names):
            raise FormatError("format", "statement: something is named twice")


def _check_keys(item: dict[str, Any]) -> None:
    # A key of small order or a short modulus would make every later signature or wrap worthless.
    if "identity_key" in item:
        check_identity_key(decode_base64(item["identity_key"]))
    if "public_key" in item:
        parse_public_key(decode_base64(item["public_key"]))


def _parse_register(value: Json) -> dict[str, Any]:
    item = parse_fields(value, _REGISTER)
    if item["generation"] != 1 or item["keyring"]["revision"] != 1:
        raise FormatError("format", "register: generation and revision begin at 1")
    return item


def _parse_keyring(value: Json) -> dict[str, Any]:
    return parse_fields(value, {"hash": parse_hash, "revision": parse_positive})


def _parse_slots(value: Json) -> list[dict[str, Any]]:
    slots = parse_list(value, lambda slot: parse_fields(slot, _SLOT))
    # Left out, a slot would lock its owner out; one more would let somebody else in.
    if tuple(slot["kind"] for slot in slots) != SLOT_KINDS:
        raise FormatError("format", "slots: a password slot and a recovery slot, in this order")
    return slots


_SLOT: dict[str, Any] = {
    "hash": parse_hash,
    "kind": lambda value: parse_choice(value, SLOT_KINDS),
}
_REGISTER: dict[str, Any] = {
    "generation": parse_positive,
    "identity_key": lambda value: parse_base64(value, 32),
    "keyring": _parse_keyring,
    "not_after": parse_integer,
    "public_key": parse_base64,
    "slots": _parse_slots,
    "username": parse_username,
}
_ANNOUNCE_KEY: dict[str, Any] = {
    "generation": parse_positive,
    "keyring": _parse_keyring,
    "not_after": parse_integer,
    "public_key": parse_base64,
}
_CHANGE_SLOTS: dict[str, Any] = {"keyring": _parse_keyring, "slots": _parse_slots}
_UPLOAD: dict[str, Any] = {
    "file": parse_uuid,
    "generation": parse_positive,
    "label": parse_hash,
    "manifest": parse_hash,
    "replaces": parse_optional_uuid,
    "version": parse_uuid,
    "wrap": parse_hash,
}
_LABEL: dict[str, Any] = {
    "action": lambda value: parse_choice(value, LABEL_ACTIONS),
    "file": parse_uuid,
    "generation": parse_positive,
    "label": parse_hash,
}
_DELETE: dict[str, Any] = {"file": parse_uuid, "version": parse_optional_uuid}

_ITEMS: dict[str, Callable[[Json], dict[str, Any]]] = {
    "register": _parse_register,
    "announce_key": lambda value: parse_fields(value, _ANNOUNCE_KEY),
    "change_slots": lambda value: parse_fields(value, _CHANGE_SLOTS),
    "upload": lambda value: parse_fields(value, _UPLOAD),
    "label": lambda value: parse_fields(value, _LABEL),
    "delete": lambda value: parse_fields(value, _DELETE),
}
# A type that is only reserved is refused like one that was never heard of.
STATEMENT_TYPES = tuple(_ITEMS)
