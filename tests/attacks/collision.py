"""One AES-GCM ciphertext that opens under two keys: GCM does not commit to its key.

After Dodis, Grubbs, Ristenpart and Woodage, "Fast Message Franking" (CRYPTO 2018): GHASH is linear
in each block of ciphertext, so one block can be chosen to make the tags under both keys equal.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
# x^128 + x^7 + x^2 + x + 1, in the bit order of NIST SP 800-38D.
POLYNOMIAL = 0xE1 << 120
ORDER = 2**128 - 1  # of the multiplicative group


def collide(first: bytes, second: bytes, nonce: bytes, aad: bytes, text: bytes) -> bytes:
    """Return ciphertext and tag, 48 bytes, that open under both 32-byte keys.

    Under the first key the plaintext begins with `text`, 16 bytes; all else is noise.
    """
    # The counter 1 masks the tag, 2 the first block of plaintext.
    visible = _xor(text, _encrypt(first, nonce + (2).to_bytes(4)))
    body = visible + bytes(BLOCK)  # the second block is the one to be chosen
    wanted = _number(_tag(first, nonce, aad, body)) ^ _number(_tag(second, nonce, aad, body))
    # A block c in second place adds c * H^2 to each tag, before the block of lengths.
    squares = [_multiply(hash_key, hash_key) for hash_key in map(_hash_key, (first, second))]
    chosen = _multiply(wanted, _power(squares[0] ^ squares[1], ORDER - 1))
    body = visible + chosen.to_bytes(BLOCK)
    return body + _tag(first, nonce, aad, body)


def _tag(key: bytes, nonce: bytes, aad: bytes, body: bytes) -> bytes:
    lengths = (len(aad) * 8).to_bytes(8) + (len(body) * 8).to_bytes(8)
    data = aad.ljust(-(-len(aad) // BLOCK) * BLOCK, b"\0") + body + lengths
    total, hash_key = 0, _hash_key(key)
    for at in range(0, len(data), BLOCK):
        total = _multiply(total ^ _number(data[at : at + BLOCK]), hash_key)
    return _xor(total.to_bytes(BLOCK), _encrypt(key, nonce + (1).to_bytes(4)))


def _hash_key(key: bytes) -> int:
    return _number(_encrypt(key, bytes(BLOCK)))


def _encrypt(key: bytes, block: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  one block, as GCM does
    return encryptor.update(block)


def _multiply(left: int, right: int) -> int:
    """Multiply in GF(2^128) as SP 800-38D does, bit 0 being the highest."""
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (POLYNOMIAL if right & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1 << 127  # one, in this bit order
    while exponent:
        if exponent & 1:
            result = _multiply(result, base)
        base = _multiply(base, base)
        exponent >>= 1
    return result


def _number(block: bytes) -> int:
    return int.from_bytes(block)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
