"""The fixed cast of the vectors; RSA keys cannot be made from a seed, so three lie in cast.json.

They protect nothing: their private halves are public.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_KEYS = json.loads(Path(__file__).with_name("cast.json").read_text(encoding="utf-8"))

OWNER = bytes.fromhex(_KEYS["owner"]["private_key"])
RECIPIENT = bytes.fromhex(_KEYS["recipient"]["private_key"])
STRANGER = bytes.fromhex(_KEYS["stranger"]["private_key"])


def encrypt_oaep(key: RSAPublicKey, label: bytes, data: bytes, seed: bytes) -> bytes:
    """RSAES-OAEP-ENCRYPT with SHA-256 (RFC 8017 §7.1.1) under a given 32-byte seed.

    Written out, because no library takes the seed and a vector must be the same each time.
    """
    numbers = key.public_numbers()
    size = key.key_size // 8
    padding = bytes(size - len(data) - 2 * 32 - 2)
    block = hashlib.sha256(label).digest() + padding + b"\x01" + data
    masked_block = _xor(block, _mgf1(seed, len(block)))
    masked_seed = _xor(seed, _mgf1(masked_block, 32))
    encoded = int.from_bytes(masked_seed + masked_block, "big")
    return pow(encoded, numbers.e, numbers.n).to_bytes(size, "big")


def _mgf1(seed: bytes, length: int) -> bytes:
    rounds = range(-(-length // 32))
    mask = b"".join(hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in rounds)
    return mask[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
