"""A version before it is uploaded: blocks of the right lengths and what travels beside them."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from vault.client.bytes import encode_base64
from vault.client.manifest import build_manifest
from vault.content import block_size, ciphertext_size, count_blocks


def make_bytes(size: int) -> bytes:
    """Return bytes that no other call returns."""
    return hashlib.shake_128(uuid.uuid4().bytes).digest(size)


def make_uuid() -> str:
    return str(uuid.uuid4())


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_header(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


@dataclass
class Draft:
    """A version about to be uploaded: its blocks and what will travel beside the statement."""

    file: str
    version: str
    length: int
    blocks: list[bytes]
    companion: dict[str, str]
    item: dict[str, Any]


def make_draft(length: int = 5, *, file: str = "", replaces: str = "", thumbnail: int = 0) -> Draft:
    """Make a version of `length` bytes of plaintext, thumbnail of that many sealed bytes."""
    file, version = file or make_uuid(), make_uuid()
    sealed = make_bytes(min(ciphertext_size(length), 4096))
    blocks = [
        (sealed * (block_size(length, index) // len(sealed) + 1))[: block_size(length, index)]
        for index in range(count_blocks(length))
    ]
    digests = b"".join(hashlib.sha256(block).digest() for block in blocks)
    parts = {
        "digests": digests,
        "label": make_bytes(284),
        "metadata": make_bytes(284),
        "thumbnail": make_bytes(thumbnail),
        "wrap": make_bytes(384),
    }
    parts["manifest"] = build_manifest(
        {
            "digests": digests,
            "file": file,
            "header": make_bytes(74),
            "length": length,
            "metadata": parts["metadata"],
            "thumbnail": parts["thumbnail"],
            "version": version,
        }
    )
    item = {
        "file": file,
        "generation": 1,
        "label": hash_of(parts["label"]),
        "manifest": hash_of(parts["manifest"]),
        "replaces": replaces,
        "version": version,
        "wrap": hash_of(parts["wrap"]),
    }
    companion = {name: encode_base64(part) for name, part in parts.items()}
    return Draft(file, version, length, blocks, companion, item)
