"""The bytes that travel beside a statement, held to the hashes it names; pure (spec §5.3, §6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from vault.content import (
    MAX_BLOCKS,
    MAX_KEYRING,
    MAX_LABEL,
    MAX_METADATA,
    MAX_THUMBNAIL,
    WRAP_SIZES,
    Manifest,
    count_blocks,
    hash_of,
    parse_manifest,
)
from vault.forms import HASH_SIZE, FormError, list_of, read_object, sized
from vault.items import AnnounceKeyItem, ChangeSlotsItem, LabelItem, RegisterItem, UploadItem
from vault.slots import LOGIN_KEY_SIZE, SlotForm, read_slot
from vault.statements import StatementError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vault.forms import Reader
    from vault.items import Item, KeyItem
    from vault.statements import SignedStatement

MAX_MANIFEST = 1_024
# A seal is 28 bytes longer than what it holds, and pad() makes 256 at least.
MIN_SEALED = 284


@dataclass(frozen=True, slots=True)
class AnnounceKeyCompanion:
    keyring: bytes


@dataclass(frozen=True, slots=True)
class ChangeSlotsCompanion:
    """The slots in the order of the statement, their login keys (32 bytes) by kind."""

    keyring: bytes
    login_keys: dict[str, bytes]
    slots: list[SlotForm]


@dataclass(frozen=True, slots=True)
class UploadCompanion:
    """Ciphertext of one upload item; `manifest` parsed from `manifest_data`."""

    digests: bytes
    label: bytes
    manifest: Manifest
    manifest_data: bytes
    metadata: bytes
    thumbnail: bytes
    wrap: bytes


@dataclass(frozen=True, slots=True)
class LabelCompanion:
    label: bytes


@dataclass(frozen=True, slots=True)
class DeleteCompanion:
    """Nothing travels beside a delete."""


Companion: TypeAlias = (
    AnnounceKeyCompanion | ChangeSlotsCompanion | UploadCompanion | LabelCompanion | DeleteCompanion
)

_KEYRING = sized(MIN_SEALED, MAX_KEYRING)
_LOGIN_KEYS = {"password": sized(LOGIN_KEY_SIZE), "recovery": sized(LOGIN_KEY_SIZE)}
_CHANGE_SLOTS = {
    "keyring": _KEYRING,
    "login_keys": lambda value: read_object(value, _LOGIN_KEYS),
    "slots": list_of(read_slot, 2, 2),
}
_UPLOAD = {
    "digests": sized(HASH_SIZE, HASH_SIZE * MAX_BLOCKS),
    "label": sized(MIN_SEALED, MAX_LABEL),
    "manifest": sized(1, MAX_MANIFEST),
    "metadata": sized(MIN_SEALED, MAX_METADATA),
    "thumbnail": sized(0, MAX_THUMBNAIL),
    "wrap": sized(*WRAP_SIZES),
}
_LABEL = {"label": sized(MIN_SEALED, MAX_LABEL)}
_FORMS: dict[str, Mapping[str, Reader]] = {
    "announce_key": {"keyring": _KEYRING},
    "change_slots": _CHANGE_SLOTS,
    "upload": _UPLOAD,
    "label": _LABEL,
    "delete": {},
}


def read_companions(statement: SignedStatement, values: Any) -> list[Companion]:
    """Return what travels beside each item of a statement, in order.

    Raises FormError for another shape, StatementError for bytes that the statement does not name:
    what is stored must be exactly what was signed.
    """
    form = _FORMS[statement.type]
    count = len(statement.items)
    rows = list_of(lambda value: read_object(value, form), count, count)(values)
    return [_companion(item, row) for item, row in zip(statement.items, rows, strict=True)]


def check_keyring(item: RegisterItem | KeyItem, keyring: bytes) -> None:
    """Raise StatementError unless this is the sealed keyring that the statement names."""
    _check_hash("keyring", keyring, item.keyring_hash)


def check_slots(item: RegisterItem | ChangeSlotsItem, slots: list[SlotForm]) -> None:
    """Raise StatementError unless these are the slots that the statement names, in its order."""
    named = [(slot.kind, slot.hash) for slot in item.slots]
    if [(slot.kind, slot.hash) for slot in slots] != named:
        raise StatementError("The slots do not have the hashes that the statement names.")


def _companion(item: Item, row: dict[str, Any]) -> Companion:
    if isinstance(item, AnnounceKeyItem):
        check_keyring(item, row["keyring"])
        return AnnounceKeyCompanion(**row)
    if isinstance(item, ChangeSlotsItem):
        check_keyring(item, row["keyring"])
        check_slots(item, row["slots"])
        return ChangeSlotsCompanion(**row)
    if isinstance(item, UploadItem):
        return _upload_companion(item, row)
    if isinstance(item, LabelItem):
        _check_hash("label", row["label"], item.label)
        return LabelCompanion(**row)
    return DeleteCompanion()


def _upload_companion(item: UploadItem, row: dict[str, bytes]) -> UploadCompanion:
    for name, expected in (
        ("label", item.label),
        ("manifest", item.manifest),
        ("wrap", item.wrap),
    ):
        _check_hash(name, row[name], expected)
    try:
        manifest = parse_manifest(row["manifest"])
    except FormError as error:
        raise StatementError(f"The manifest is not of its form: {error}.") from error
    # A manifest of another version, with its own valid hash, would swap two files' contents.
    if (manifest.file, manifest.version) != (item.file, item.version):
        raise StatementError("The manifest is of another version.")
    blocks = count_blocks(manifest.length)
    if manifest.blocks != blocks or len(row["digests"]) != blocks * HASH_SIZE:
        raise StatementError("The manifest's block count does not follow from its length.")
    _check_hash("digests", row["digests"], manifest.digests)
    _check_hash("metadata", row["metadata"], manifest.metadata)
    if row["thumbnail"] or manifest.thumbnail:
        _check_hash("thumbnail", row["thumbnail"], manifest.thumbnail)
    return UploadCompanion(manifest=manifest, manifest_data=row.pop("manifest"), **row)


def _check_hash(name: str, data: bytes, expected: str) -> None:
    if hash_of(data) != expected:
        raise StatementError(f"The {name} does not have the hash that the statement names.")
