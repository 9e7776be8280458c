"""Wraps: a DEK sealed to one key pair of one recipient (spec §4).

Mirror: static/js/core/wraps.js.
"""

from __future__ import annotations

from vault.client.bytes import decode_uuid, sha256
from vault.client.errors import FormatError, TamperedError
from vault.client.fields import encode_context
from vault.client.hashes import hash_of
from vault.client.keys import KEY_LENGTH, WorkingGeneration
from vault.client.oaep import parse_public_key, unwrap_oaep, wrap_oaep
from vault.client.primitives import make_random


def make_dek() -> bytes:
    """Return the data encryption key of one new version, 32 random bytes, never used twice."""
    return make_random(KEY_LENGTH)


def seal_wrap(public_key: bytes, dek: bytes, file: str, version: str, recipient: str) -> bytes:
    """Wrap a DEK to `public_key`, the recipient's SubjectPublicKeyInfo; UUIDs as text.

    Raises FormatError for a DEK of another length, a malformed key or UUID, PolicyError
    `policy_key_size` for a key that is too weak to wrap to.
    """
    if len(dek) != KEY_LENGTH:
        raise FormatError("format", "wrap: a DEK is 32 bytes")
    key = parse_public_key(public_key)
    return wrap_oaep(key, _label(public_key, file, version, recipient), dek)


def open_wrap(
    generation: WorkingGeneration, wrap: bytes, file: str, version: str, recipient: str
) -> bytes:
    """Return the 32-byte DEK.

    OAEP does not say who wrapped: only a wrap whose hash passed check_version may come here.
    Raises TamperedError `tampered_wrap` for whatever reason the wrap does not open.
    """
    label = _label(generation.public_key, file, version, recipient)
    dek = unwrap_oaep(generation.private_key, label, wrap)
    # A short key from elsewhere would select a weaker cipher in a library that takes any length.
    if len(dek) != KEY_LENGTH:
        raise TamperedError("tampered_wrap", "wrap: no DEK of 32 bytes")
    return dek


def wrap_hash(wrap: bytes) -> str:
    """Return what a statement names a wrap by: SHA-256 in hex."""
    return hash_of(wrap)


def _label(public_key: bytes, file: str, version: str, recipient: str) -> bytes:
    """Bind the place, so that a server cannot move a wrap to another file, version or person."""
    place = (decode_uuid(file), decode_uuid(version), decode_uuid(recipient))
    return encode_context("coffer/v1/wrap", *place, sha256(public_key))
