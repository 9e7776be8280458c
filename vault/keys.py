"""Public keys and signatures, checked once where they enter; pure (spec §1.7)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from vault.forms import FormError

IDENTITY_KEY_SIZE = 32
SIGNATURE_SIZE = 64
# A modulus of 4096 bits makes 550 bytes of SubjectPublicKeyInfo.
MAX_PUBLIC_KEY = 550

# RFC 8032 §5.1: the field's prime and the group's order.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
# One of the two y of the points of order 8 (curve25519's torsion subgroup); the other is its
# negative. With 0 (order 4), 1 (order 1) and -1 (order 2) they are all points of small order.
_Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


class SignatureError(ValueError):
    """A signature that does not fit its message and key."""


def check_identity_key(key: bytes) -> bytes:
    """Return an Ed25519 public key of 32 bytes. Raises FormError.

    Libraries differ on these, so one would accept what another refuses: a second encoding of a
    point, and points of small order, under which one signature fits every message.
    """
    if len(key) != IDENTITY_KEY_SIZE:
        raise FormError("is not an Ed25519 public key of 32 bytes")
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if y >= _P:
        raise FormError("is not the one encoding of an Ed25519 public key")
    if y in _SMALL_ORDER:
        raise FormError("is an Ed25519 public key of small order")
    return key


def verify_signature(identity_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise SignatureError unless the signature (RFC 8032) fits; the key was checked on entry."""
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureError("a signature has 64 bytes")
    # S + L would be a second signature of the same message, and change a statement's bytes.
    if int.from_bytes(signature[32:], "little") >= _L:
        raise SignatureError("the signature's S is not below L")
    try:
        Ed25519PublicKey.from_public_bytes(identity_key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("the signature does not fit") from error


def check_public_key(spki: bytes) -> bytes:
    """Return an RSA SubjectPublicKeyInfo in its one DER form. Raises FormError.

    Stops keys under which a wrap could be opened by others (short moduli, e = 1) and a private key
    posted by mistake.
    """
    try:
        key = load_der_public_key(spki)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise FormError("is not a SubjectPublicKeyInfo") from error
    if not isinstance(key, RSAPublicKey):
        raise FormError("is not an RSA public key")
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spki:
        raise FormError("is not in its one DER form")
    if not 3072 <= key.key_size <= 4096 or key.public_numbers().e != 65_537:
        raise FormError("is not an RSA key of 3072 to 4096 bits with the exponent 65537")
    return spki
