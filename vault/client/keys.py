"""Making the keys of a vault, their public halves, and keys ready for work (spec §2.2, §2.4).

Mirror: static/js/core/keys.js.
"""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.client.bytes import decode_base64, encode_base64
from vault.client.oaep import derive_public_key, import_private_key, make_key_pair
from vault.client.primitives import import_aead_key, make_random
from vault.client.signatures import (
    derive_identity_public_key,
    import_identity_key,
    make_identity_key,
)

KEY_LENGTH = 32


class Identity(TypedDict):
    """The identity key as the keyring holds it: the seed, 32 bytes in base64url."""

    seed: str


class Generation(TypedDict):
    """A generation as the keyring holds it: number from 1, label key and PKCS #8 in base64url."""

    generation: int
    label_key: str
    private_key: str


class WorkingGeneration(NamedTuple):
    """A generation ready for work; `public_key` is its SubjectPublicKeyInfo, recomputed."""

    generation: int
    label_key: AESGCM
    private_key: RSAPrivateKey
    public_key: bytes


def make_vault_key() -> bytes:
    """Return 32 random bytes."""
    return make_random(KEY_LENGTH)


def make_identity() -> Identity:
    """Make an identity key."""
    return {"seed": encode_base64(make_identity_key())}


def make_generation(number: int) -> Generation:
    """Make generation `number`, from 1: a key pair and a label key."""
    return {
        "generation": number,
        "label_key": encode_base64(make_random(KEY_LENGTH)),
        "private_key": encode_base64(make_key_pair().private_key),
    }


def identity_public_key(identity: Identity) -> bytes:
    """Recompute the 32-byte Ed25519 public key; FormatError if the seed is none."""
    return derive_identity_public_key(decode_base64(identity["seed"], KEY_LENGTH))


def generation_public_key(generation: Generation) -> bytes:
    """Recompute the SubjectPublicKeyInfo of a key pair; FormatError if the private key is none."""
    return derive_public_key(decode_base64(generation["private_key"]))


def import_identity(identity: Identity) -> Ed25519PrivateKey:
    """Return the identity key ready to sign; FormatError if the seed is none."""
    return import_identity_key(decode_base64(identity["seed"], KEY_LENGTH))


def import_generation(generation: Generation) -> WorkingGeneration:
    """Return a generation ready to open wraps and labels; FormatError if a key is none."""
    return WorkingGeneration(
        generation=generation["generation"],
        label_key=import_aead_key(decode_base64(generation["label_key"], KEY_LENGTH)),
        private_key=import_private_key(decode_base64(generation["private_key"])),
        public_key=generation_public_key(generation),
    )


def import_cache_key(cache_key: str) -> AESGCM:
    """Return the keyring's cache key, base64url, ready for seal_cache and open_cache."""
    return import_aead_key(decode_base64(cache_key, KEY_LENGTH))
