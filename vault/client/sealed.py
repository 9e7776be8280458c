"""Sealing padded data within a size limit: labels, metadata, keyrings (spec §1).

Mirror: static/js/core/sealed.js.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.client.errors import FormatError, TamperedError, WrongKeyError
from vault.client.padding import pad, unpad
from vault.client.primitives import open_aead, seal_aead


def seal_padded(key: AESGCM, aad: bytes, data: bytes, limit: int) -> bytes:
    """Return seal(key, aad, pad(data)); FormatError if that is longer than `limit` bytes."""
    sealed = seal_aead(key, aad, pad(data))
    if len(sealed) > limit:
        raise FormatError("format", "sealed: too long")
    return sealed


def open_padded(key: AESGCM, aad: bytes, sealed: bytes, limit: int, code: str) -> bytes:
    """Return what was sealed, without its padding.

    Raises TamperedError `code` if it is longer than `limit` bytes or does not open, one error for
    every flipped byte, and FormatError if it opens and is not padded as it should be.
    """
    if len(sealed) > limit:
        raise TamperedError(code, "sealed: does not open")
    try:
        padded = open_aead(key, aad, sealed)
    except WrongKeyError as cause:
        raise TamperedError(code, "sealed: does not open") from cause
    return unpad(padded)
