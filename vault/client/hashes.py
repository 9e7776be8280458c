"""Hashes as JSON carries them: SHA-256 in lower-case hex (spec §0, §1).

Mirror: static/js/core/hashes.js.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.client.bytes import encode_hex, sha256


def hash_of(data: bytes) -> str:
    """Return the 64 digits of a hash."""
    return encode_hex(sha256(data))


def hash_all(pieces: Iterable[bytes]) -> list[str]:
    """Return the hash of each, in order."""
    return [hash_of(data) for data in pieces]
