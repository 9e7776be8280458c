"""What a vector calls beyond the core's own functions: a few steps that belong together.

The same procedures in JavaScript: tests/js/suite/procedures.js. Each takes `release` first and
hands it every plaintext that comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.client.vault_procedures import VAULT_PROCEDURES
from tests.vectors.case import fixed_random
from vault.client import blocks as content
from vault.client import floe, oaep, primitives, signatures
from vault.client.bytes import sha256

Release = Callable[[bytes], None]


def open_aead(_: Release, key: bytes, aad: bytes, sealed: bytes) -> bytes:
    """Open under a key of bytes."""
    return primitives.open_aead(primitives.import_aead_key(key), aad, sealed)


def sign(_: Release, seed: bytes, message: bytes) -> bytes:
    """Sign under a seed."""
    return signatures.sign(signatures.import_identity_key(seed), message)


def unwrap_oaep(_: Release, private_key: bytes, label: bytes, wrapped: bytes) -> bytes:
    """Unwrap under PKCS #8."""
    return oaep.unwrap_oaep(oaep.import_private_key(private_key), label, wrapped)


def open_segments(
    release: Release,
    key: bytes,
    aad: bytes,
    params: dict[str, int],
    header: bytes,
    placed: list[tuple[int, bool, bytes]],
) -> None:
    """Open segments one after the other at the positions given."""
    state = floe.start_open(key, aad, header, floe.Params(**params))
    for counter, is_final, segment in placed:
        release(floe.open_segment(state, counter, segment, is_final))


def open_blocks(
    release: Release,
    key: bytes,
    aad: bytes,
    params: dict[str, int],
    header: bytes,
    length: int,
    blocks: list[bytes],
) -> None:
    """Open what was served as a client does: as many blocks as the length demands, or more."""
    state = floe.start_open(key, aad, header, floe.Params(**params))
    count = content.block_count(length, state.params)
    for index in range(max(count, len(blocks))):
        block = blocks[index] if index < len(blocks) else b""
        release(content.open_block(state, index, block, length))


def seal_block(
    _: Release,
    key: bytes,
    aad: bytes,
    params: dict[str, int],
    block_index: int,
    plaintext: bytes,
    is_last: bool,
) -> None:
    """Seal one block under a new header."""
    _, state = floe.start_seal(key, aad, floe.Params(**params))
    content.seal_block(state, block_index, plaintext, is_last)


def seal_content(
    release: Release, key: bytes, aad: bytes, params: dict[str, int], length: int
) -> list[bytes]:
    """Seal bytes 0..250 over and over under fixed randomness, and open them again.

    Returns the header and the blocks' digests.
    """
    shape = floe.Params(**params)
    plaintext = (bytes(range(251)) * (length // 251 + 1))[:length]
    count = content.block_count(length, shape)
    with fixed_random():
        header, sealer = floe.start_seal(key, aad, shape)
        opener = floe.start_open(key, aad, header, shape)
        result, offset = [header], 0
        for index in range(count):
            size = content.block_plaintext_length(length, index, shape)
            piece = plaintext[offset : offset + size]
            block = content.seal_block(sealer, index, piece, index == count - 1)
            release(content.open_block(opener, index, block, length))
            result.append(sha256(block))
            offset += size
    return result


PROCEDURES: dict[str, Callable[..., Any]] = {
    procedure.__name__: procedure
    for procedure in (
        open_aead,
        sign,
        unwrap_oaep,
        open_segments,
        open_blocks,
        seal_block,
        seal_content,
    )
} | VAULT_PROCEDURES
