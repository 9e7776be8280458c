"""From a password or recovery key to login and unlock keys (spec §2.1).

Mirror: static/js/core/passphrase.js.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from mnemonic import Mnemonic

from vault.client.bytes import decode_base64, encode_base64
from vault.client.canonical import parse_bytes, parse_fields, parse_integer, parse_text
from vault.client.errors import FormatError, PolicyError
from vault.client.primitives import derive_key, make_random

_MAX_PASSWORD_LENGTH = 1024
_MIN_MEMORY = 65536
_MAX_MEMORY = 1048576
_MIN_ITERATIONS = 3
_MAX_ITERATIONS = 10
_PARALLELISM = 1
_SALT_LENGTH = 16
_ROOT_LENGTH = 32
_RECOVERY_KEY_LENGTH = 32
_RECOVERY_WORDS = 24
_SPACE = re.compile("[ \t\n\v\f\r\u00a0]+")


class Kdf(TypedDict):
    """Key derivation parameters as they travel; memory in KiB, a salt of 16 bytes."""

    algorithm: str
    iterations: int
    memory: int
    parallelism: int
    salt: str


def encode_password(password: str) -> bytes:
    """Return a password as typed in NFKC and UTF-8, 1..1,024 bytes; spaces stay.

    Raises PolicyError `policy_password` if it is empty, longer, or has a lone surrogate.
    """
    # Cutting a password short, or replacing what UTF-8 cannot carry, would let another one in.
    try:
        encoded = unicodedata.normalize("NFKC", password).encode("utf-8")
    except UnicodeEncodeError:
        # Without the cause: it holds the password.
        raise PolicyError("policy_password", "password: a lone surrogate") from None
    if not 1 <= len(encoded) <= _MAX_PASSWORD_LENGTH:
        raise PolicyError("policy_password", "password: not 1 to 1,024 bytes")
    return encoded


def make_kdf() -> Kdf:
    """Return the parameters of a new password, with a random salt."""
    return {
        "algorithm": "argon2id",
        "iterations": _MIN_ITERATIONS,
        "memory": _MIN_MEMORY,
        "parallelism": _PARALLELISM,
        "salt": encode_base64(make_random(_SALT_LENGTH)),
    }


def check_kdf(kdf: object) -> Kdf:
    """Hold parameters from a server between floor and ceiling, before anything is derived or sent.

    A lower cost would make guessing cheap, a higher one would stop the machine. Raises PolicyError
    `policy_kdf` if they are out of bounds or a field is missing, unknown or of another type.
    """
    fields = _parse_kdf(kdf)
    if not (
        fields["algorithm"] == "argon2id"
        and fields["parallelism"] == _PARALLELISM
        and _MIN_MEMORY <= fields["memory"] <= _MAX_MEMORY
        and _MIN_ITERATIONS <= fields["iterations"] <= _MAX_ITERATIONS
    ):
        raise PolicyError("policy_kdf", "kdf: outside floor and ceiling")
    return cast("Kdf", {**fields, "salt": encode_base64(fields["salt"])})


def derive_root(password: str, kdf: object) -> bytes:
    """Return the root secret, 32 bytes, of a password as typed.

    Raises PolicyError as encode_password and check_kdf.
    """
    checked = check_kdf(kdf)
    return Argon2id(
        salt=decode_base64(checked["salt"], _SALT_LENGTH),
        length=_ROOT_LENGTH,
        iterations=checked["iterations"],
        lanes=checked["parallelism"],
        memory_cost=checked["memory"],
    ).derive(encode_password(password))


def derive_login_key(root: bytes) -> bytes:
    """Return 32 bytes that are sent in place of the password."""
    return derive_key(root, "coffer/v1/login")


def derive_unlock_key(root: bytes) -> bytes:
    """Return 32 bytes that open the password slot; never sent."""
    return derive_key(root, "coffer/v1/unlock")


def make_recovery_key() -> bytes:
    """Return a new recovery key, 32 bytes."""
    return make_random(_RECOVERY_KEY_LENGTH)


def derive_recovery_login_key(recovery_key: bytes) -> bytes:
    """Return 32 bytes that are sent in place of the recovery key."""
    return derive_key(recovery_key, "coffer/v1/recovery/login")


def derive_recovery_unlock_key(recovery_key: bytes) -> bytes:
    """Return 32 bytes that open the recovery slot; never sent."""
    return derive_key(recovery_key, "coffer/v1/recovery/unlock")


def encode_recovery_words(recovery_key: bytes) -> str:
    """Return 24 words of the BIP-39 English list, a space between."""
    return _codec().to_mnemonic(recovery_key)


def decode_recovery_words(text: str) -> bytes:
    """Return the recovery key, 32 bytes, of words as typed: any case, any white space.

    Raises FormatError if these are not 24 words, a word is outside the list or the checksum does
    not match.
    """
    words = [word for word in _SPACE.split(text.lower()) if word]
    if len(words) != _RECOVERY_WORDS:
        raise FormatError("format", "recovery key: not 24 words")
    try:
        return bytes(_codec().to_entropy(words))
    except (ValueError, LookupError):
        # Without the cause: a word codec names the words it was given.
        raise FormatError("format", "recovery key: unknown word or wrong checksum") from None


@cache
def _codec() -> Mnemonic:
    return Mnemonic("english")


def _parse_kdf(kdf: object) -> dict[str, Any]:
    try:
        return parse_fields(
            cast("Any", kdf),
            {
                "algorithm": parse_text,
                "iterations": parse_integer,
                "memory": parse_integer,
                "parallelism": parse_integer,
                "salt": lambda value: parse_bytes(value, _SALT_LENGTH),
            },
        )
    except FormatError as cause:
        raise PolicyError(
            "policy_kdf", "kdf: a field is missing, unknown or of another type"
        ) from cause
