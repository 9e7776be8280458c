"""RSA-OAEP with SHA-256 and strict public keys (spec §1, §2.4, §4; RFC 8017).

Mirror: static/js/core/oaep.js.
"""

from __future__ import annotations

from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from vault.client.errors import FormatError, PolicyError, TamperedError

_MADE_BITS = 3072
_MIN_BITS = 3072
_MAX_BITS = 4096
_EXPONENT = 65537
# DER of AlgorithmIdentifier {rsaEncryption, NULL} (RFC 8017 appendix A).
_RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
_SEQUENCE = 0x30
_INTEGER = 0x02
_BIT_STRING = 0x03


class KeyPair(NamedTuple):
    """PKCS #8 and SubjectPublicKeyInfo, both DER."""

    private_key: bytes
    public_key: bytes


class _Span(NamedTuple):
    """The content of one DER element within its bytes."""

    start: int
    end: int


def make_key_pair() -> KeyPair:
    """Make an RSA key pair of 3072 bits with e = 65537."""
    key = rsa.generate_private_key(_EXPONENT, _MADE_BITS)
    private_key = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(private_key, _encode_public_key(key.public_key()))


def import_private_key(private_key: bytes) -> rsa.RSAPrivateKey:
    """Return PKCS #8 DER as a key for unwrap_oaep; FormatError if it is no RSA private key."""
    try:
        key = load_der_private_key(private_key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise FormatError("format", "rsa: not a private key") from cause
    if not isinstance(key, rsa.RSAPrivateKey):
        raise FormatError("format", "rsa: not a private key")
    return key


def derive_public_key(private_key: bytes) -> bytes:
    """Recompute the SubjectPublicKeyInfo of PKCS #8 DER; FormatError as import_private_key."""
    return _encode_public_key(import_private_key(private_key).public_key())


def parse_public_key(public_key: bytes) -> rsa.RSAPublicKey:
    """Return a SubjectPublicKeyInfo in its one DER form as a key for wrap_oaep.

    Raises FormatError if it is not that form or not RSA, PolicyError `policy_key_size` for a
    modulus outside 3072..4096 bits or e other than 65537.
    """
    modulus = _check_public_key(public_key)
    return rsa.RSAPublicNumbers(_EXPONENT, modulus).public_key()


def wrap_oaep(key: rsa.RSAPublicKey, label: bytes, data: bytes) -> bytes:
    """Encrypt at most 318 bytes under a 3072-bit key; the result is as long as the modulus."""
    return key.encrypt(data, _oaep(label))


def unwrap_oaep(key: rsa.RSAPrivateKey, label: bytes, wrapped: bytes) -> bytes:
    """Decrypt; TamperedError `tampered_wrap`, one error for every cause."""
    if len(wrapped) != -(-key.key_size // 8):
        raise TamperedError("tampered_wrap", "oaep: not as long as the modulus")
    try:
        return key.decrypt(wrapped, _oaep(label))
    except ValueError as cause:
        raise TamperedError("tampered_wrap", "oaep: does not open") from cause


def _encode_public_key(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _oaep(label: bytes) -> padding.OAEP:
    return padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=label)


def _check_public_key(spki: bytes) -> int:
    """Return the modulus: all else in the DER is fixed, so that one key has one form and hash."""
    outer = _read_der(spki, 0, len(spki), _SEQUENCE)
    bits = _read_der(spki, outer.start + len(_RSA_ENCRYPTION), outer.end, _BIT_STRING)
    inner = _read_der(spki, bits.start + 1, bits.end, _SEQUENCE)
    modulus = _read_der(spki, inner.start, inner.end, _INTEGER)
    exponent = _read_der(spki, modulus.end, inner.end, _INTEGER)
    algorithm = spki[outer.start : outer.start + len(_RSA_ENCRYPTION)]
    closed = outer.end == len(spki) and bits.end == outer.end and inner.end == bits.end
    if (
        not closed
        or exponent.end != inner.end
        or spki[bits.start] != 0
        or algorithm != _RSA_ENCRYPTION
    ):
        raise FormatError("format", "rsa: not an RSA SubjectPublicKeyInfo")
    return _check_numbers(_read_positive(spki, modulus), _read_positive(spki, exponent))


def _read_der(data: bytes, offset: int, limit: int, tag: int) -> _Span:
    """Read the element at `offset`, which must end by `limit`."""
    header = data[offset : offset + 2]
    if len(header) != 2 or header[0] != tag:
        raise FormatError("format", "rsa: not DER")
    extra = header[1] - 0x80 if header[1] in {0x81, 0x82} else 0
    start = offset + 2 + extra
    length = int.from_bytes(data[offset + 2 : start], "big") if extra else header[1]
    # BER allows a longer length where DER has one: 0x81 begins at 128, 0x82 at 256.
    minimal = header[1] < 0x80 if extra == 0 else length >= (0x80 if extra == 1 else 0x100)
    if not minimal or start + length > limit:
        raise FormatError("format", "rsa: not DER")
    return _Span(start, start + length)


def _read_positive(data: bytes, span: _Span) -> int:
    content = data[span.start : span.end]
    value = int.from_bytes(content, "big", signed=True)
    if value <= 0 or len(content) != value.bit_length() // 8 + 1:
        raise FormatError("format", "rsa: not a positive integer in its shortest form")
    return value


def _check_numbers(modulus: int, exponent: int) -> int:
    # A short modulus can be factored; e = 1 would send the DEK in the clear.
    if not _MIN_BITS <= modulus.bit_length() <= _MAX_BITS or exponent != _EXPONENT:
        raise PolicyError("policy_key_size", "rsa: modulus or exponent outside the policy")
    if modulus % 2 == 0:
        raise FormatError("format", "rsa: an even modulus")
    return modulus
