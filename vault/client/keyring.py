"""The keyring: all that a member's clients must remember, sealed under the vault key (spec §2.3).

Mirror: static/js/core/keyring.js.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.canonical import Json
from vault.client.bytes import decode_base64, decode_uuid, encode_base64, encode_u64, encode_utf8
from vault.client.canonical import (
    decode_json,
    encode_json,
    parse_fields,
    parse_hash,
    parse_integer,
    parse_list,
    parse_text,
    parse_uuid,
)
from vault.client.directory import NO_STATEMENT, Directory, Mark, check_mark
from vault.client.errors import FormatError, TamperedError
from vault.client.fields import (
    FORMAT_VERSION,
    encode_context,
    parse_base64,
    parse_format_version,
    parse_positive,
    parse_username,
)
from vault.client.hashes import hash_of
from vault.client.keys import (
    KEY_LENGTH,
    Generation,
    Identity,
    generation_public_key,
    identity_public_key,
    make_generation,
    make_identity,
)
from vault.client.primitives import make_random, open_aead, seal_aead
from vault.client.sealed import open_padded, seal_padded
from vault.client.signatures import check_identity_key

MAX_SEALED_KEYRING = 1_048_576


class LogPin(TypedDict):
    """The log as last verified: vkey, origin, root in hex, size in entries; no key before any."""

    key: str
    origin: str
    root: str
    size: int


class Pin(TypedDict):
    """Another member as first met: identity key in base64url, highest generation seen."""

    generation: int
    identity_key: str
    user: str
    username: str


class Keyring(TypedDict):
    """A keyring, field by field as in its JSON; `chain` is the head before it was named."""

    cache_key: str
    chain: Mark
    generations: list[Generation]
    identity: Identity
    log: LogPin
    pins: list[Pin]
    revision: int
    user: str
    v: int


def make_keyring(user: str) -> Keyring:
    """Make the first keyring of a new member: every key, revision 1."""
    return {
        "cache_key": encode_base64(make_random(KEY_LENGTH)),
        "chain": {"hash": NO_STATEMENT, "seq": 0},
        "generations": [make_generation(1)],
        "identity": make_identity(),
        "log": {"key": "", "origin": "", "root": hash_of(b""), "size": 0},
        "pins": [],
        "revision": 1,
        "user": user,
        "v": FORMAT_VERSION,
    }


def renew_keyring(keyring: Keyring, head: Mark) -> Keyring:
    """Make the keyring that comes with a change of password: one generation more.

    It is the next revision. The older generations stay, because grants and labels are on them;
    `head` is the verified head of the chain that the change follows. It is to be sealed under a
    new vault key.
    """
    newest = keyring["generations"][-1]["generation"]
    return {
        **keyring,
        "chain": head,
        "generations": [*keyring["generations"], make_generation(newest + 1)],
        "revision": keyring["revision"] + 1,
    }


def seal_keyring(vault_key: AESGCM, keyring: Keyring) -> bytes:
    """Return the sealed keyring; FormatError for what open_keyring would refuse."""
    data = encode_json(keyring)
    _parse(data)
    aad = _aad(keyring["user"], keyring["revision"])
    return seal_padded(vault_key, aad, data, MAX_SEALED_KEYRING)


def open_keyring(vault_key: AESGCM, user: str, revision: int, sealed: bytes) -> Keyring:
    """Return the keyring of a user (UUID) and revision; check_keyring must follow.

    Raises TamperedError `tampered_keyring` for another user's, another revision and any altered
    byte alike, FormatError if what was sealed is not of its one form.
    """
    aad = _aad(user, revision)
    data = open_padded(vault_key, aad, sealed, MAX_SEALED_KEYRING, "tampered_keyring")
    keyring = _parse(data)
    # The seal binds both already; this holds the client that sealed it to what it wrote inside.
    if (keyring["user"], keyring["revision"]) != (user, revision):
        raise TamperedError("tampered_keyring", "keyring: another user or revision inside")
    return keyring


def keyring_hash(sealed: bytes) -> str:
    """Return what a statement names a keyring by: SHA-256 of the sealed keyring in hex."""
    return hash_of(sealed)


def check_keyring(directory: Directory, keyring: Keyring, sealed: bytes) -> None:
    """Hold an opened keyring and a replayed chain to each other, before either is used.

    Raises TamperedError: `tampered_rollback` for a keyring older than the chain names, another one
    of the same revision, a chain without the head that the keyring knows; `tampered_key` unless the
    chain announces exactly the public keys of the private keys; `tampered_keyring` for a chain of
    another user.
    """
    if keyring["user"] != directory["user"]:
        raise TamperedError("tampered_keyring", "keyring: of another user than the chain")
    named = directory["keyring"]
    # An old keyring with a new chain would bring retired keys back into use.
    if keyring["revision"] < named["revision"]:
        raise TamperedError("tampered_rollback", "keyring: older than a statement names")
    if keyring["revision"] == named["revision"] and keyring_hash(sealed) != named["hash"]:
        raise TamperedError("tampered_rollback", "keyring: not the one that a statement names")
    # And a new keyring with an old or a foreign chain would hide what happened since.
    check_mark(directory, keyring["chain"])
    _check_public_keys(directory, keyring)


def seal_cache(cache_key: AESGCM, user: str, what: str, data: bytes) -> bytes:
    """Seal what a client keeps on its own machine; `what` names it, the user is a UUID."""
    return seal_aead(cache_key, _cache_aad(user, what), data)


def open_cache(cache_key: AESGCM, user: str, what: str, sealed: bytes) -> bytes:
    """Return what was kept; WrongKeyError if it does not open: drop it and read it anew."""
    return open_aead(cache_key, _cache_aad(user, what), sealed)


def _check_public_keys(directory: Directory, keyring: Keyring) -> None:
    # A key that the server announced in the member's name would have wraps made to it.
    if encode_base64(identity_public_key(keyring["identity"])) != directory["identity_key"]:
        raise TamperedError("tampered_key", "keys: the chain announces another identity key")
    own = {
        generation["generation"]: encode_base64(generation_public_key(generation))
        for generation in keyring["generations"]
    }
    announced = {
        generation["generation"]: generation["public_key"]
        for generation in directory["generations"]
    }
    if own != announced:
        raise TamperedError("tampered_key", "keys: the chain announces other key pairs")


def _aad(user: str, revision: int) -> bytes:
    """Bind the place: last week's keyring does not open as this week's."""
    return encode_context("coffer/v1/keyring", decode_uuid(user), encode_u64(revision))


def _cache_aad(user: str, what: str) -> bytes:
    return encode_context("coffer/v1/cache", decode_uuid(user), encode_utf8(what))


def _parse(data: bytes) -> Keyring:
    return cast("Keyring", parse_fields(decode_json(data), _FIELDS))


def _parse_chain(value: Json) -> dict[str, Any]:
    return parse_fields(value, {"hash": parse_hash, "seq": parse_integer})


def _parse_generations(value: Json) -> list[dict[str, Any]]:
    generations = parse_list(value, lambda item: parse_fields(item, _GENERATION))
    numbers = [generation["generation"] for generation in generations]
    if not numbers or numbers != sorted(set(numbers)):
        raise FormatError("format", "keyring: generations in rising order, each once")
    return generations


def _parse_pin(value: Json) -> dict[str, Any]:
    pin = parse_fields(value, _PIN)
    check_identity_key(decode_base64(pin["identity_key"]))
    return pin


def _parse_key(value: Json) -> str:
    return parse_base64(value, KEY_LENGTH)


_GENERATION: dict[str, Any] = {
    "generation": parse_positive,
    "label_key": _parse_key,
    "private_key": parse_base64,
}
_PIN: dict[str, Any] = {
    "generation": parse_positive,
    "identity_key": _parse_key,
    "user": parse_uuid,
    "username": parse_username,
}
_FIELDS: dict[str, Any] = {
    "cache_key": _parse_key,
    "chain": _parse_chain,
    "generations": _parse_generations,
    "identity": lambda value: parse_fields(value, {"seed": _parse_key}),
    "log": lambda value: parse_fields(
        value, {"key": parse_text, "origin": parse_text, "root": parse_hash, "size": parse_integer}
    ),
    "pins": lambda value: parse_list(value, _parse_pin),
    "revision": parse_positive,
    "user": parse_uuid,
    "v": parse_format_version,
}
