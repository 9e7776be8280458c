"""Procedures of the vectors that hold keys: the core takes them imported, a vector writes bytes.

The same in JavaScript: tests/js/suite/vault_procedures.js.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vault.client import filenames, keyring, keys, labels, slots, statements, wraps
from vault.client.bytes import decode_base64, decode_utf8, encode_base64
from vault.client.errors import CofferError
from vault.client.primitives import import_aead_key


def open_wrap(_: object, generation: keys.Generation, *rest: Any) -> bytes:
    """Open under a generation as the keyring holds it."""
    return wraps.open_wrap(keys.import_generation(generation), *rest)


def seal_label(_: object, label_key: bytes, *rest: Any) -> None:
    """Seal under a key of bytes."""
    labels.seal_label(import_aead_key(label_key), *rest)


def open_label(_: object, label_key: bytes, *rest: Any) -> labels.Label:
    """Open under a key of bytes."""
    return labels.open_label(import_aead_key(label_key), *rest)


def label_verdicts(_: object, label_key: bytes, person: str, file: str, sealed: bytes) -> list[str]:
    """Return every verdict about a label with a byte flipped, or cut somewhere."""
    key = import_aead_key(label_key)
    damaged = [*_flipped(sealed), *_cut(sealed)]
    return _verdicts(lambda data: labels.open_label(key, person, file, data), damaged)


def seal_keyring(_: object, vault_key: bytes, value: keyring.Keyring) -> None:
    """Seal under a key of bytes."""
    keyring.seal_keyring(import_aead_key(vault_key), value)


def open_keyring(_: object, vault_key: bytes, *rest: Any) -> keyring.Keyring:
    """Open under a key of bytes."""
    return keyring.open_keyring(import_aead_key(vault_key), *rest)


def keyring_verdicts(
    _: object, vault_key: bytes, user: str, revision: int, sealed: bytes
) -> list[str]:
    """Return every verdict about a keyring with a byte flipped, or cut somewhere."""
    key = import_aead_key(vault_key)
    damaged = [*_flipped(sealed), *_cut(sealed)]
    return _verdicts(lambda data: keyring.open_keyring(key, user, revision, data), damaged)


def open_cache(_: object, cache_key: bytes, *rest: Any) -> bytes:
    """Open under a key of bytes."""
    return keyring.open_cache(import_aead_key(cache_key), *rest)


def slot_verdicts(_: object, user: str, slot: slots.Slot, unlock_key: bytes) -> list[str]:
    """Return every verdict about a slot with a sealed byte flipped."""

    def attempt(sealed: bytes) -> bytes:
        served: slots.Slot = {**slot, "sealed": encode_base64(sealed)}
        return slots.open_slot(user, served, unlock_key)

    return _verdicts(attempt, _flipped(decode_base64(slot["sealed"])))


def sign_statement(_: object, identity: keys.Identity, data: bytes) -> bytes:
    """Sign under an identity key as the keyring holds it."""
    return statements.sign_statement(keys.import_identity(identity), data)


def safe_file_name_of_bytes(_: object, name: bytes) -> str:
    """Take a name too long to write down."""
    return filenames.safe_file_name(decode_utf8(name))


def _verdicts(
    attempt: Callable[[bytes], object], damaged: Iterator[bytes] | list[bytes]
) -> list[str]:
    verdicts = set()
    for data in damaged:
        try:
            attempt(data)
            verdicts.add("ok")
        except CofferError as error:
            verdicts.add(error.code)
    return sorted(verdicts)


def _flipped(data: bytes) -> Iterator[bytes]:
    for index, byte in enumerate(data):
        yield data[:index] + bytes([byte ^ 1]) + data[index + 1 :]


def _cut(data: bytes) -> Iterator[bytes]:
    for length in range(len(data)):
        yield data[:length]


VAULT_PROCEDURES: dict[str, Callable[..., Any]] = {
    procedure.__name__: procedure
    for procedure in (
        open_wrap,
        seal_label,
        open_label,
        label_verdicts,
        seal_keyring,
        open_keyring,
        keyring_verdicts,
        open_cache,
        slot_verdicts,
        sign_statement,
        safe_file_name_of_bytes,
    )
}
