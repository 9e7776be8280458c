"""What the server knows about content: sizes, digests and the manifest's form; pure (spec §3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import canonical
from vault.forms import (
    HASH_SIZE,
    FormError,
    one_of,
    or_empty,
    read_hash,
    read_integer,
    read_object,
    read_positive,
    read_uuid,
    sized,
)

if TYPE_CHECKING:
    from uuid import UUID

SEGMENT_SIZE = 524_288
SEGMENT_PLAINTEXT = 524_256
SEGMENT_OVERHEAD = SEGMENT_SIZE - SEGMENT_PLAINTEXT
BLOCK_SEGMENTS = 16
BLOCK_SIZE = SEGMENT_SIZE * BLOCK_SEGMENTS
HEADER_SIZE = 74

# 4 TiB: beyond it the digest list alone would not fit into one request.
MAX_LENGTH = 2**42
MAX_BLOCKS = -(-MAX_LENGTH // (SEGMENT_PLAINTEXT * BLOCK_SEGMENTS))
MAX_METADATA = 1_052
MAX_THUMBNAIL = 65_564
MAX_KEYRING = 1_048_576
MAX_LABEL = 2_076
WRAP_SIZES = (384, 512)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's fields; hashes in hex, `thumbnail` "" when there is none (spec §3.4)."""

    blocks: int
    digests: str
    file: UUID
    header: bytes
    length: int
    metadata: str
    thumbnail: str
    version: UUID


_MANIFEST = {
    "blocks": read_positive,
    "digests": read_hash,
    "file": read_uuid,
    "header": sized(HEADER_SIZE),
    "length": read_integer,
    "metadata": read_hash,
    "thumbnail": or_empty(read_hash),
    "type": one_of("manifest"),
    "v": one_of(1),
    "version": read_uuid,
}


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest in these bytes. Raises FormError unless they are its one encoding."""
    try:
        fields = read_object(canonical.decode(data), _MANIFEST)
    except canonical.CanonicalError as error:
        raise FormError(str(error)) from error
    del fields["type"], fields["v"]
    fields["thumbnail"] = fields["thumbnail"] or ""
    return Manifest(**fields)


def count_segments(length: int) -> int:
    """Return into how many segments a plaintext of `length` bytes is split, at least one (§3.1)."""
    return max(1, -(-length // SEGMENT_PLAINTEXT))


def count_blocks(length: int) -> int:
    """Return how many blocks carry a plaintext of `length` bytes (§3.2)."""
    return -(-count_segments(length) // BLOCK_SEGMENTS)


def ciphertext_size(length: int) -> int:
    """Return the bytes that all blocks of a plaintext of `length` bytes take together."""
    return length + count_segments(length) * SEGMENT_OVERHEAD


def block_size(length: int, index: int) -> int:
    """Return the bytes of block `index`: whole, but for the last one.

    Raises FormError for a block that a plaintext of `length` bytes does not have.
    """
    if not 0 <= index < count_blocks(length):
        raise FormError("there is no such block")
    return min(BLOCK_SIZE, ciphertext_size(length) - index * BLOCK_SIZE)


def join_digests(digests: list[str]) -> bytes:
    """Return hex digests as the digest list, 32 bytes a block."""
    return b"".join(bytes.fromhex(digest) for digest in digests)


def digest_at(digest_list: bytes, index: int) -> str:
    """Return the hex digest of block `index` out of a digest list."""
    return digest_list[index * HASH_SIZE : (index + 1) * HASH_SIZE].hex()


def hash_of(data: bytes) -> str:
    """Return H(data) in hex."""
    return hashlib.sha256(data).hexdigest()
