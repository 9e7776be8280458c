"""RSA-OAEP and public keys: one key has one DER form, weak keys are refused (spec §1, §4)."""

from tests.vectors.case import Vector, accepts, refuses, stream
from tests.vectors.cast import OWNER, STRANGER, encrypt_oaep
from vault.client.oaep import derive_public_key, parse_public_key
from vault.client.signatures import derive_identity_public_key

ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")
SPKI = derive_public_key(OWNER)
KEY = parse_public_key(SPKI)
MODULUS = KEY.public_numbers().n
LABEL = b"coffer/v1/wrap\x00context"
SECRET = stream("secret", 32)


def make() -> dict[str, Vector]:
    """Return the vectors by name; unwrap_oaep takes the private key as PKCS #8."""
    return _policy() | _forms() | _private() | _unwrap()


def _policy() -> dict[str, Vector]:
    refused = {
        "modulus_2048_bits": _spki(_odd(2048)),
        "modulus_3071_bits": _spki(_odd(3071)),
        "modulus_4097_bits": _spki(_odd(4097)),
        "modulus_8192_bits": _spki(_odd(8192)),
        "modulus_1": _spki(1),
        "exponent_1": _spki(MODULUS, 1),
        "exponent_3": _spki(MODULUS, 3),
        "exponent_65539": _spki(MODULUS, 65539),
    }
    return {
        "public_key_3072_bits": accepts("parse_public_key", SPKI),
        "public_key_3073_bits": accepts("parse_public_key", _spki(_odd(3073))),
        "public_key_4096_bits": accepts("parse_public_key", _spki(_odd(4096))),
    } | {
        f"public_key_{name}": refuses("policy_key_size", "parse_public_key", spki)
        for name, spki in refused.items()
    }


def _forms() -> dict[str, Vector]:
    modulus = _integer(MODULUS)
    exponent = _integer(65537)
    content = modulus + exponent
    identity = derive_identity_public_key(stream("identity", 32))
    refused = {
        "empty": b"",
        "trailing_byte": SPKI + b"\x00",
        "truncated": SPKI[:-1],
        "header_alone": SPKI[:4],
        "tag_alone": SPKI[:1],
        "trailing_byte_within": _sequence(ALGORITHM + _bits(_sequence(content)) + b"\x05\x00"),
        "trailing_byte_in_bits": _sequence(ALGORITHM + _bits(_sequence(content) + b"\x00")),
        "third_number": _sequence(ALGORITHM + _bits(_sequence(content + _integer(3)))),
        "without_exponent": _sequence(ALGORITHM + _bits(_sequence(modulus))),
        "swapped_numbers": _sequence(ALGORITHM + _bits(_sequence(exponent + modulus[:4]))),
        "unused_bits": _sequence(ALGORITHM + _bits(_sequence(content), unused=1)),
        "empty_bits": _sequence(ALGORITHM + b"\x03\x00"),
        "algorithm_without_null": _sequence(
            bytes.fromhex("300b06092a864886f70d010101") + _bits(_sequence(content))
        ),
        "algorithm_pss": _sequence(
            bytes.fromhex("300d06092a864886f70d01010a0500") + _bits(_sequence(content))
        ),
        "algorithm_ed25519": bytes.fromhex("302a300506032b6570032100") + identity,
        "long_form_of_length": b"\x30\x83\x00" + SPKI[2:],
        "indefinite_length": b"\x30\x80" + SPKI[4:] + b"\x00\x00",
        "padded_modulus": _spki_of(b"\x02\x82\x01\x82\x00" + modulus[4:] + exponent),
        "negative_modulus": _spki_of(b"\x02\x82\x01\x80" + modulus[5:] + exponent),
        "padded_exponent": _spki_of(modulus + b"\x02\x04\x00\x01\x00\x01"),
        "negative_exponent": _spki_of(modulus + b"\x02\x01\xff"),
        "empty_exponent": _spki_of(modulus + b"\x02\x00"),
        "long_length_of_exponent": _spki_of(modulus + b"\x02\x81\x03\x01\x00\x01"),
        "modulus_zero": _spki(0),
        "modulus_even": _spki(MODULUS - 1),
        "pkcs1": _sequence(content),
        "private_key": OWNER,
        "pem": b"-----BEGIN PUBLIC KEY-----\n",
    }
    return {
        f"public_key_{name}": refuses("format", "parse_public_key", spki)
        for name, spki in refused.items()
    }


def _private() -> dict[str, Vector]:
    return {
        "public_key_derived": accepts("derive_public_key", OWNER, result=SPKI),
        "private_key_truncated": refuses("format", "derive_public_key", OWNER[:-1]),
        "private_key_public": refuses("format", "derive_public_key", SPKI),
        "private_key_empty": refuses("format", "derive_public_key", b""),
    }


def _unwrap() -> dict[str, Vector]:
    wrapped = encrypt_oaep(KEY, LABEL, SECRET, stream("seed", 32))
    without_label = encrypt_oaep(KEY, b"", SECRET, stream("seed", 32))
    above = (int.from_bytes(wrapped, "big") + MODULUS).to_bytes(385, "big")

    def fails(data: bytes = wrapped, label: bytes = LABEL, key: bytes = OWNER) -> Vector:
        return refuses("tampered_wrap", "unwrap_oaep", key, label, data)

    return {
        "unwrap": accepts("unwrap_oaep", OWNER, LABEL, wrapped, result=SECRET),
        "unwrap_without_label": accepts("unwrap_oaep", OWNER, b"", without_label, result=SECRET),
        "unwrap_wrong_label": fails(label=LABEL + b"\x00"),
        "unwrap_label_dropped": fails(label=b""),
        "unwrap_wrong_key": fails(key=STRANGER),
        "unwrap_first_byte_flipped": fails(data=bytes([wrapped[0] ^ 1]) + wrapped[1:]),
        "unwrap_last_byte_flipped": fails(data=wrapped[:-1] + bytes([wrapped[-1] ^ 1])),
        "unwrap_truncated": fails(data=wrapped[:-1]),
        "unwrap_leading_zero": fails(data=b"\x00" + wrapped),
        "unwrap_plus_modulus": fails(data=above),
        "unwrap_at_least_modulus": fails(data=MODULUS.to_bytes(384, "big")),
        "unwrap_zeros": fails(data=bytes(384)),
        "unwrap_empty": fails(data=b""),
    }


def _odd(bits: int) -> int:
    """Return an odd number of exactly these bits; parsing does not care whether it is a product."""
    return 1 << (bits - 1) | int.from_bytes(stream(f"{bits}", bits // 8 - 1), "big") | 1


def _spki(modulus: int, exponent: int = 65537) -> bytes:
    return _spki_of(_integer(modulus) + _integer(exponent))


def _spki_of(numbers: bytes) -> bytes:
    return _sequence(ALGORITHM + _bits(_sequence(numbers)))


def _bits(content: bytes, unused: int = 0) -> bytes:
    return _element(0x03, bytes([unused]) + content)


def _sequence(content: bytes) -> bytes:
    return _element(0x30, content)


def _integer(value: int) -> bytes:
    return _element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _element(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content
