"""Randomness, AES-256-GCM and HKDF-SHA-256 as the protocol uses them (spec §0, §1).

Mirror: static/js/core/primitives.js.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.client.bytes import encode_utf8
from vault.client.errors import FormatError, WrongKeyError

_KEY_LENGTH = 32
_NONCE_LENGTH = 12
_TAG_LENGTH = 16
_MAX_HKDF_LENGTH = 255 * 32


def make_random(length: int) -> bytes:
    """Return bytes from the operating system's generator."""
    return os.urandom(length)


def make_uuid() -> str:
    """Return a random UUID (version 4, RFC 9562)."""
    return str(UUID(bytes=make_random(16), version=4))


def import_aead_key(key: bytes) -> AESGCM:
    """Return 32 bytes as a key for seal_aead and open_aead; FormatError for another length."""
    # AESGCM would take 16 or 24 bytes as well and quietly use a weaker AES.
    if len(key) != _KEY_LENGTH:
        raise FormatError("format", "aead: a key is 32 bytes")
    return AESGCM(key)


def seal_aead(key: AESGCM, aad: bytes, plaintext: bytes) -> bytes:
    """`seal` of spec §1, AES-256-GCM under a random nonce: nonce (12), ciphertext, tag (16)."""
    nonce = make_random(_NONCE_LENGTH)
    return nonce + key.encrypt(nonce, plaintext, aad)


def open_aead(key: AESGCM, aad: bytes, sealed: bytes) -> bytes:
    """Return the plaintext of nonce, ciphertext and tag.

    Raises WrongKeyError for whatever reason it does not open: no oracle tells a key from a
    flipped bit.
    """
    if len(sealed) < _NONCE_LENGTH + _TAG_LENGTH:
        raise WrongKeyError("wrong_key", "aead: does not open")
    try:
        return key.decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], aad)
    except InvalidTag as cause:
        raise WrongKeyError("wrong_key", "aead: does not open") from cause


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA-256 (RFC 5869); FormatError unless `length` is 1..8,160 bytes."""
    if not 1 <= length <= _MAX_HKDF_LENGTH:
        raise FormatError("format", "hkdf: length out of range")
    return HKDF(SHA256(), length, salt, info).derive(secret)


def derive_key(secret: bytes, purpose: str) -> bytes:
    """`HKDF(key, info)` of spec §0: empty salt, 32 bytes out; `purpose` is `coffer/v1/…`."""
    return hkdf(secret, b"", encode_utf8(purpose), _KEY_LENGTH)
