"""Manifests: what ties a statement to the blocks of a version (spec §3).

Mirror: static/js/core/manifest.js.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from audit.canonical import Json
from vault.client.blocks import block_count, block_sealed_length
from vault.client.bytes import decode_uuid, encode_base64, sha256
from vault.client.canonical import (
    decode_json,
    encode_json,
    parse_fields,
    parse_hash,
    parse_integer,
    parse_uuid,
)
from vault.client.errors import FormatError, TamperedError
from vault.client.fields import (
    FORMAT_VERSION,
    encode_context,
    parse_base64,
    parse_choice,
    parse_format_version,
    parse_positive,
)
from vault.client.floe import HEADER_LENGTH
from vault.client.hashes import hash_of

DIGEST_LENGTH = 32


class ManifestParts(TypedDict):
    """What a manifest is made of; `digests` is the digest list, `thumbnail` b"" for none."""

    file: str
    version: str
    header: bytes
    length: int
    digests: bytes
    metadata: bytes
    thumbnail: bytes


class Manifest(TypedDict):
    """A manifest, field by field as in its JSON: binary in base64url, hashes in hex."""

    blocks: int
    digests: str
    file: str
    header: str
    length: int
    metadata: str
    thumbnail: str
    type: str
    v: int
    version: str


def content_aad(file: str, version: str) -> bytes:
    """Return FLOE's associated data: a segment opens in its own file and version alone."""
    return encode_context("coffer/v1/content", decode_uuid(file), decode_uuid(version))


def build_manifest(parts: ManifestParts) -> bytes:
    """Return the manifest's bytes; FormatError for a part that does not fit the others."""
    blocks = block_count(parts["length"])
    if len(parts["digests"]) != blocks * DIGEST_LENGTH:
        raise FormatError("format", "manifest: not one digest a block")
    thumbnail = parts["thumbnail"]
    data = encode_json(
        {
            "blocks": blocks,
            "digests": hash_of(parts["digests"]),
            "file": parts["file"],
            "header": encode_base64(parts["header"]),
            "length": parts["length"],
            "metadata": hash_of(parts["metadata"]),
            "thumbnail": hash_of(thumbnail) if thumbnail else "",
            "type": "manifest",
            "v": FORMAT_VERSION,
            "version": parts["version"],
        }
    )
    parse_manifest(data)
    return data


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest's bytes by form alone; FormatError unless they are of their one form."""
    return cast("Manifest", parse_fields(decode_json(data), _FIELDS))


def verify_manifest(data: bytes, expected_hash: str, file: str, version: str) -> Manifest:
    """Read the manifest that a statement names by `expected_hash` for a file and version.

    Raises TamperedError `tampered_manifest` for another manifest, file, version or block count,
    FormatError for bytes that have the hash and are none.
    """
    # First of all: an older manifest of the same file is well-formed and was once true.
    if manifest_hash(data) != expected_hash:
        raise TamperedError("tampered_manifest", "manifest: not the one that the statement names")
    manifest = parse_manifest(data)
    # One version's manifest under another's name would swap their contents.
    if (manifest["file"], manifest["version"]) != (file, version):
        raise TamperedError("tampered_manifest", "manifest: of another file or version")
    # Fewer blocks than the length demands would end a file early without an error.
    if manifest["blocks"] != block_count(manifest["length"]):
        raise TamperedError("tampered_manifest", "manifest: block count and length disagree")
    return manifest


def manifest_hash(data: bytes) -> str:
    """Return what a statement names a manifest by: SHA-256 in hex."""
    return hash_of(data)


def verify_digests(manifest: Manifest, digests: bytes) -> None:
    """Hold a digest list to its manifest; TamperedError `tampered_content`."""
    counted = len(digests) == manifest["blocks"] * DIGEST_LENGTH
    if not counted or hash_of(digests) != manifest["digests"]:
        raise TamperedError("tampered_content", "digests: not the list of the manifest")


def verify_block(manifest: Manifest, digests: bytes, index: int, block: bytes) -> None:
    """Hold a whole block to a digest list that passed verify_digests, before any of it is opened.

    Raises TamperedError `tampered_content` for another block, a cut or an extended one,
    FormatError for an index that the manifest does not have.
    """
    digest = digests[index * DIGEST_LENGTH : (index + 1) * DIGEST_LENGTH]
    if len(block) != block_sealed_length(manifest["length"], index) or sha256(block) != digest:
        raise TamperedError("tampered_content", f"block {index}: not the one of the digest list")


def _parse_thumbnail(value: Json) -> str:
    return "" if value == "" else parse_hash(value)


_FIELDS: dict[str, Any] = {
    "blocks": parse_positive,
    "digests": parse_hash,
    "file": parse_uuid,
    "header": lambda value: parse_base64(value, HEADER_LENGTH),
    "length": parse_integer,
    "metadata": parse_hash,
    "thumbnail": _parse_thumbnail,
    "type": lambda value: parse_choice(value, ("manifest",)),
    "v": parse_format_version,
    "version": parse_uuid,
}
