"""AES-256-GCM and HKDF: every way in which a seal does not open is one error (spec §1)."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.case import Vector, accepts, refuses, stream
from vault.client.primitives import derive_key

KEY = stream("key", 32)
AAD = b"coffer/v1/label\x00context"


def make() -> dict[str, Vector]:
    """Return the vectors by name; open_aead takes the key as bytes."""
    nonce = stream("nonce", 12)
    sealed = nonce + AESGCM(KEY).encrypt(nonce, b"a label", AAD)
    empty = nonce + AESGCM(KEY).encrypt(nonce, b"", AAD)

    def fails(key: bytes = KEY, aad: bytes = AAD, data: bytes = sealed) -> Vector:
        return refuses("wrong_key", "open_aead", key, aad, data)

    return {
        "open": accepts("open_aead", KEY, AAD, sealed, result=b"a label"),
        "open_empty": accepts("open_aead", KEY, AAD, empty, result=b""),
        "open_wrong_key": fails(key=stream("another key", 32)),
        "open_wrong_aad": fails(aad=AAD + b"\x00"),
        "open_without_aad": fails(aad=b""),
        "open_nonce_flipped": fails(data=_flip(sealed, 0)),
        "open_ciphertext_flipped": fails(data=_flip(sealed, 12)),
        "open_tag_flipped": fails(data=_flip(sealed, len(sealed) - 1)),
        "open_truncated": fails(data=sealed[:-1]),
        "open_extended": fails(data=sealed + b"\x00"),
        "open_27_bytes": fails(data=sealed[:27]),
        "open_nothing": fails(data=b""),
        "open_key_of_16_bytes": refuses("format", "open_aead", KEY[:16], AAD, sealed),
        "open_key_of_24_bytes": refuses("format", "open_aead", KEY[:24], AAD, sealed),
        "open_key_of_31_bytes": refuses("format", "open_aead", KEY[:31], AAD, sealed),
        "open_key_of_33_bytes": refuses("format", "open_aead", KEY + b"\x00", AAD, sealed),
        "derive_key_label": accepts(
            "derive_key", KEY, "coffer/v1/title", result=derive_key(KEY, "coffer/v1/title")
        ),
        "hkdf_of_nothing": refuses("format", "hkdf", KEY, b"", b"", 0),
        "hkdf_too_long": refuses("format", "hkdf", KEY, b"", b"", 255 * 32 + 1),
    }


def _flip(data: bytes, index: int) -> bytes:
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)
