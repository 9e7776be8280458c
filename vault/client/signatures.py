"""Ed25519 (RFC 8032), stricter than any one library (spec §1).

Mirror: static/js/core/signatures.js.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vault.client.errors import FormatError, TamperedError
from vault.client.primitives import make_random

_SEED_LENGTH = 32
_PUBLIC_LENGTH = 32
_SIGNATURE_LENGTH = 64
_FIELD = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
# The y of the eight points of small order: 1, -1, the two of order 4 (y = 0), the four of order 8.
_SMALL_ORDER = (
    0,
    1,
    _FIELD - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)


def make_identity_key() -> bytes:
    """Return a new private key: the 32-byte seed."""
    return make_random(_SEED_LENGTH)


def import_identity_key(seed: bytes) -> Ed25519PrivateKey:
    """Return a 32-byte seed as a key for sign; FormatError for another length."""
    if len(seed) != _SEED_LENGTH:
        raise FormatError("format", "ed25519: a private key is 32 bytes")
    return Ed25519PrivateKey.from_private_bytes(seed)


def derive_identity_public_key(seed: bytes) -> bytes:
    """Return the 32-byte public key of a seed; FormatError for another length."""
    return import_identity_key(seed).public_key().public_bytes_raw()


def check_identity_key(public_key: bytes) -> None:
    """Refuse a public key that libraries disagree about, or under which a signature proves nothing.

    Raises FormatError if it is not 32 bytes, not canonical or of small order.
    """
    if len(public_key) != _PUBLIC_LENGTH:
        raise FormatError("format", "ed25519: a public key is 32 bytes")
    y = int.from_bytes(public_key, "little") % 2**255
    # A second encoding of one key would pass for another key where keys are compared as bytes.
    if y >= _FIELD:
        raise FormatError("format", "ed25519: not canonical")
    # Under a key of small order one signature fits many messages.
    if y in _SMALL_ORDER:
        raise FormatError("format", "ed25519: of small order")


def sign(key: Ed25519PrivateKey, message: bytes) -> bytes:
    """Return the 64-byte signature of a message that begins with its domain-separation string."""
    return key.sign(message)


def verify_signature(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check a signature.

    Raises FormatError for what check_identity_key refuses, TamperedError `tampered_statement`
    if it is not a signature of this message under this key.
    """
    check_identity_key(public_key)
    # S and S + L are one signature to a careless library: whoever saw one could mint another.
    if len(signature) != _SIGNATURE_LENGTH or int.from_bytes(signature[32:], "little") >= _ORDER:
        raise TamperedError("tampered_statement", "ed25519: signature malformed")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature as cause:
        raise TamperedError("tampered_statement", "ed25519: signature does not match") from cause
