"""What a statement of each type says, item by item; pure (spec §5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from vault.forms import (
    FormError,
    list_of,
    one_of,
    or_empty,
    read_hash,
    read_integer,
    read_object,
    read_positive,
    read_text,
    read_uuid,
    sized,
)
from vault.keys import IDENTITY_KEY_SIZE, MAX_PUBLIC_KEY, check_identity_key, check_public_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from uuid import UUID

    from vault.forms import Reader

T = TypeVar("T")

MAX_ITEMS = 256
# Sign-up makes exactly these, in this order.
SLOT_KINDS = ("password", "recovery")


@dataclass(frozen=True, slots=True)
class NamedSlot:
    """A key slot as a statement names it: its kind and the hash of its bytes."""

    hash: str
    kind: str


@dataclass(frozen=True, slots=True)
class RegisterItem:
    generation: int
    identity_key: bytes
    keyring_hash: str
    keyring_revision: int
    not_after: int
    public_key: bytes
    slots: tuple[NamedSlot, ...]
    username: str


@dataclass(frozen=True, slots=True)
class AnnounceKeyItem:
    """A new generation, with the keyring that holds its private key."""

    generation: int
    keyring_hash: str
    keyring_revision: int
    not_after: int
    public_key: bytes


@dataclass(frozen=True, slots=True)
class ChangeSlotsItem:
    """The slots that replace all earlier ones, with the keyring that their vault key opens."""

    keyring_hash: str
    keyring_revision: int
    slots: tuple[NamedSlot, ...]


@dataclass(frozen=True, slots=True)
class UploadItem:
    """A new version; `replaces` is None for a new file."""

    file: UUID
    generation: int
    label: str
    manifest: str
    replaces: UUID | None
    version: UUID
    wrap: str


@dataclass(frozen=True, slots=True)
class LabelItem:
    action: str
    file: UUID
    generation: int
    label: str


@dataclass(frozen=True, slots=True)
class DeleteItem:
    """`version` is None when the file goes with all its versions."""

    file: UUID
    version: UUID | None


FileItem: TypeAlias = UploadItem | LabelItem | DeleteItem
KeyItem: TypeAlias = AnnounceKeyItem | ChangeSlotsItem
Item: TypeAlias = RegisterItem | KeyItem | FileItem


def _with_keyring(kind: Callable[..., T], readers: Mapping[str, Reader]) -> Callable[[Any], T]:
    def read(value: Any) -> T:
        fields = read_object(value, readers)
        keyring = fields.pop("keyring")
        return kind(keyring_hash=keyring["hash"], keyring_revision=keyring["revision"], **fields)

    return read


def _keyring_name(read_revision: Reader) -> Reader:
    return lambda value: read_object(value, {"hash": read_hash, "revision": read_revision})


def _read_slot_names(value: Any) -> tuple[NamedSlot, ...]:
    slots = tuple(list_of(_read_slot_name, 2, 2)(value))
    if tuple(slot.kind for slot in slots) != SLOT_KINDS:
        raise FormError("does not have one password and one recovery slot in this order")
    return slots


def _read_slot_name(value: Any) -> NamedSlot:
    return NamedSlot(**read_object(value, {"hash": read_hash, "kind": one_of(*SLOT_KINDS)}))


def _read_identity_key(value: Any) -> bytes:
    return check_identity_key(sized(IDENTITY_KEY_SIZE)(value))


def _read_public_key(value: Any) -> bytes:
    return check_public_key(sized(1, MAX_PUBLIC_KEY)(value))


_REGISTER = {
    "generation": one_of(1),
    "identity_key": _read_identity_key,
    "keyring": _keyring_name(one_of(1)),
    "not_after": read_integer,
    "public_key": _read_public_key,
    "slots": _read_slot_names,
    # Its grammar has an error code of its own and is checked with the account (spec §6.1).
    "username": read_text,
}
_ANNOUNCE_KEY = {
    "generation": read_positive,
    "keyring": _keyring_name(read_positive),
    "not_after": read_integer,
    "public_key": _read_public_key,
}
_CHANGE_SLOTS = {"keyring": _keyring_name(read_positive), "slots": _read_slot_names}
_UPLOAD = {
    "file": read_uuid,
    "generation": read_positive,
    "label": read_hash,
    "manifest": read_hash,
    "replaces": or_empty(read_uuid),
    "version": read_uuid,
    "wrap": read_hash,
}
_LABEL = {
    "action": one_of("create", "rename", "move", "trash", "restore"),
    "file": read_uuid,
    "generation": read_positive,
    "label": read_hash,
}
_DELETE = {"file": read_uuid, "version": or_empty(read_uuid)}


def _read_uploads(value: Any) -> list[UploadItem]:
    items = list_of(_reader_of(UploadItem, _UPLOAD), 1, MAX_ITEMS)(value)
    _refuse_twice(item.file for item in items)
    _refuse_twice(item.version for item in items)
    return items


def _read_labels(value: Any) -> list[LabelItem]:
    items = list_of(_reader_of(LabelItem, _LABEL), 1, MAX_ITEMS)(value)
    _refuse_twice(item.file for item in items)
    return items


def _read_deletes(value: Any) -> list[DeleteItem]:
    items = list_of(_reader_of(DeleteItem, _DELETE), 1, MAX_ITEMS)(value)
    whole = [item.file for item in items if item.version is None]
    # A file takes its versions along, so one of them beside it would go twice.
    _refuse_twice([*whole, *{item.file for item in items if item.version}])
    _refuse_twice(item.version for item in items if item.version)
    return items


def _reader_of(kind: Callable[..., T], readers: Mapping[str, Reader]) -> Callable[[Any], T]:
    return lambda value: kind(**read_object(value, readers))


def _refuse_twice(values: Iterable[Hashable]) -> None:
    # The second item would act on a state that no rule was checked against.
    seen = list(values)
    if len(set(seen)) != len(seen):
        raise FormError("name something twice")


ITEM_READERS: dict[str, Callable[[Any], list[Any]]] = {
    "register": list_of(_with_keyring(RegisterItem, _REGISTER), 1, 1),
    "announce_key": list_of(_with_keyring(AnnounceKeyItem, _ANNOUNCE_KEY), 1, 1),
    "change_slots": list_of(_with_keyring(ChangeSlotsItem, _CHANGE_SLOTS), 1, 1),
    "upload": _read_uploads,
    "label": _read_labels,
    "delete": _read_deletes,
}
