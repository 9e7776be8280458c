"""Sign-ups with keys under which nobody would be safe: refused, nobody is made (spec §1.7, §2.1).

Everything else about each sign-up is in order: hashes fit, and the signature is by the key's owner.
"""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tests.bad_input.unchanged import nothing_changes
from tests.vault.drafts import make_bytes
from tests.vault.member import Member
from tests.vectors import cast
from vault.client.bytes import encode_base64
from vault.client.statements import sign_statement

pytestmark = pytest.mark.django_db


def sign_up(**item: Any) -> Any:
    """Sign up with other values in the item of `register`; return the response."""
    member = Member("newcomer")
    body = member.registration()
    data = member.raw_statement("register", [{**member.registration_item(), **item}], seq=1)
    body["statement"] = encode_base64(data)
    body["signature"] = encode_base64(sign_statement(member.identity, data))
    member.refresh_token()
    with nothing_changes():
        return member.send("POST", "accounts", body)


def der(tag: int, content: bytes) -> bytes:
    """Return one DER value (X.690 §8.1, §10.1)."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def rsa_spki(modulus: int, exponent: int) -> bytes:
    """Return a SubjectPublicKeyInfo of any numbers, those that no library would write too."""
    integers = b"".join(
        der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
        for value in (modulus, exponent)
    )
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    return der(0x30, algorithm + der(0x03, b"\0" + der(0x30, integers)))


def odd(bits: int) -> int:
    """Return an odd number of that many bits: of a modulus only the form is looked at."""
    return (1 << (bits - 1)) | int.from_bytes(make_bytes(32)) | 1


def spki(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


GOOD = Member("nobody").public_key
PUBLIC_KEYS = {
    "rsa_1024": rsa_spki(odd(1024), 65_537),
    "rsa_2048": spki(rsa.generate_private_key(65_537, 2048)),
    "rsa_3071": rsa_spki(odd(3071), 65_537),
    "rsa_4097": rsa_spki(odd(4097), 65_537),
    "exponent_1": rsa_spki(odd(3072), 1),
    "exponent_3": rsa_spki(odd(3072), 3),
    "exponent_0": rsa_spki(odd(3072), 0),
    "exponent_even": rsa_spki(odd(3072), 65_536),
    "exponent_of_256_bits": rsa_spki(odd(3072), odd(256)),
    "modulus_0": rsa_spki(0, 65_537),
    "private_key": cast.OWNER,
    "private_key_pkcs1": cast.OWNER[26:],
    "elliptic_curve": spki(ec.generate_private_key(ec.SECP256R1())),
    "identity_key": spki(ed25519.Ed25519PrivateKey.generate()),
    "private_identity_key": ed25519.Ed25519PrivateKey.generate().private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    ),
    "pem": b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
    "truncated": GOOD[:-1],
    "extended": GOOD + b"\0",
    "length_in_long_form": b"\x30\x83\0" + GOOD[2:],
    "zeros": bytes(422),
    "empty": b"",
}

LOW_ORDER = {
    "identity": "01" + "00" * 31,
    "identity_signed": "01" + "00" * 30 + "80",
    "order_2": "ec" + "ff" * 30 + "7f",
    "order_2_signed": "ec" + "ff" * 31,
    "order_4": "00" * 32,
    "order_4_signed": "00" * 31 + "80",
    "order_8_a": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order_8_b": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "order_8_c": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "order_8_d": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "identity_plus_p": "ee" + "ff" * 30 + "7f",
    "zero_plus_p": "ed" + "ff" * 30 + "7f",
    "highest": "ff" * 32,
    "31_bytes": "aa" * 31,
    "33_bytes": "aa" * 33,
    "empty": "",
}

KDF: dict[str, dict[str, Any]] = {
    "iterations_2": {"iterations": 2},
    "iterations_0": {"iterations": 0},
    "iterations_11": {"iterations": 11},
    "memory_64_kib": {"memory": 64},
    "memory_one_less": {"memory": 65_535},
    "memory_one_more": {"memory": 1_048_577},
    "memory_2_31": {"memory": 2**31},
    "memory_2_63": {"memory": 2**63},
    "memory_null": {"memory": None},
    "memory_text": {"memory": "65536"},
    "parallelism_0": {"parallelism": 0},
    "parallelism_4": {"parallelism": 4},
    "parallelism_true": {"parallelism": True},
    "algorithm_argon2i": {"algorithm": "argon2i"},
    "algorithm_pbkdf2": {"algorithm": "pbkdf2"},
    "algorithm_of_recovery": {"algorithm": "hkdf-sha256"},
    "salt_empty": {"salt": ""},
    "salt_of_15_bytes": {"salt": "A" * 20},
    "salt_of_17_bytes": {"salt": "A" * 23},
    "salt_padded": {"salt": "A" * 22 + "=="},
    "salt_with_unused_bits": {"salt": "A" * 21 + "B"},
}


@pytest.mark.parametrize("name", PUBLIC_KEYS)
def test_a_public_key_that_is_none(name: str) -> None:
    expect(sign_up(public_key=encode_base64(PUBLIC_KEYS[name])), 400, "statement_invalid")


@pytest.mark.parametrize("name", LOW_ORDER)
def test_an_identity_key_under_which_anything_verifies(name: str) -> None:
    key = encode_base64(bytes.fromhex(LOW_ORDER[name]))
    expect(sign_up(identity_key=key), 400, "statement_invalid")


def test_an_identity_key_of_somebody_else() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    expect(sign_up(identity_key=encode_base64(key)), 400, "signature_invalid")


@pytest.mark.parametrize("name", KDF)
def test_a_kdf_out_of_bounds(name: str) -> None:
    """The statement names the hash of this very slot, so only its bounds can refuse it."""
    member = Member("newcomer")
    kdf: Any = member.slots[0]["kdf"]
    member.slots[0]["kdf"] = {**kdf, **KDF[name]}
    member.refresh_token()
    # A value that no statement can name the hash of goes beside a statement of a good slot.
    signer = member if is_canonical(name) else Member("newcomer")
    body = {**signer.registration(), "slots": member.slots}
    with nothing_changes():
        response = member.send("POST", "accounts", body)
    expect(response, 400, "invalid")


def is_canonical(name: str) -> bool:
    return all(
        isinstance(value, str) or (isinstance(value, int) and value < 2**53)
        for value in KDF[name].values()
    )


def test_the_sign_up_is_accepted_when_nothing_is_wrong() -> None:
    member = Member("newcomer")
    assert member.send("POST", "accounts", member.registration()).status_code == 201


def expect(response: Any, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code), response.content
