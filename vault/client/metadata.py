"""Metadata and thumbnail of a version, sealed under keys derived from its DEK (spec §3.3).

Mirror: static/js/core/metadata.js.
"""

from __future__ import annotations

from typing import Any, TypedDict, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.client.bytes import decode_uuid
from vault.client.canonical import decode_json, encode_json, parse_fields, parse_integer
from vault.client.errors import FormatError, TamperedError
from vault.client.fields import encode_context, parse_format_version, parse_media_type
from vault.client.hashes import hash_of
from vault.client.manifest import Manifest
from vault.client.primitives import derive_key, import_aead_key
from vault.client.sealed import open_padded, seal_padded

MAX_SEALED_METADATA = 1_052
MAX_SEALED_THUMBNAIL = 65_564

_METADATA = "coffer/v1/metadata"
_THUMBNAIL = "coffer/v1/thumbnail"


class Metadata(TypedDict):
    """Modification time in ms, plaintext size in bytes, media type."""

    modified: int
    size: int
    type: str
    v: int


def seal_metadata(dek: bytes, file: str, version: str, metadata: Metadata) -> bytes:
    """Return the sealed metadata; FormatError for fields out of their limits."""
    data = encode_json(metadata)
    _parse(data)
    return _seal(dek, _METADATA, file, version, data, MAX_SEALED_METADATA)


def open_metadata(dek: bytes, manifest: Manifest, sealed: bytes) -> Metadata:
    """Return the metadata of a manifest that passed verify_manifest.

    Raises TamperedError `tampered_content` if it is not the manifest's, does not open or tells
    another size, FormatError if what was sealed is not of its one form.
    """
    data = _open(dek, _METADATA, manifest, manifest["metadata"], sealed, MAX_SEALED_METADATA)
    metadata = _parse(data)
    # Two sizes for one version would let a page show one and save another.
    if metadata["size"] != manifest["length"]:
        raise TamperedError("tampered_content", "metadata: not the size of the content")
    return metadata


def seal_thumbnail(dek: bytes, file: str, version: str, image: bytes) -> bytes:
    """Return a sealed image of 1 to 65,532 bytes; FormatError for another length."""
    if not image:
        raise FormatError("format", "thumbnail: empty")
    return _seal(dek, _THUMBNAIL, file, version, image, MAX_SEALED_THUMBNAIL)


def open_thumbnail(dek: bytes, manifest: Manifest, sealed: bytes) -> bytes:
    """Return the image that a manifest names; untrusted bytes, to be shown inert.

    Raises TamperedError `tampered_content` if it is not the manifest's or does not open.
    """
    return _open(dek, _THUMBNAIL, manifest, manifest["thumbnail"], sealed, MAX_SEALED_THUMBNAIL)


def _seal(dek: bytes, purpose: str, file: str, version: str, data: bytes, limit: int) -> bytes:
    return seal_padded(_purpose_key(dek, purpose), _aad(purpose, file, version), data, limit)


def _open(
    dek: bytes, purpose: str, manifest: Manifest, expected_hash: str, sealed: bytes, limit: int
) -> bytes:
    # Another one sealed under the same DEK opens too: the manifest says which of them is meant.
    if hash_of(sealed) != expected_hash:
        raise TamperedError("tampered_content", "metadata: not what the manifest names")
    aad = _aad(purpose, manifest["file"], manifest["version"])
    return open_padded(_purpose_key(dek, purpose), aad, sealed, limit, "tampered_content")


def _purpose_key(dek: bytes, purpose: str) -> AESGCM:
    return import_aead_key(derive_key(dek, purpose))


def _aad(purpose: str, file: str, version: str) -> bytes:
    return encode_context(purpose, decode_uuid(file), decode_uuid(version))


def _parse(data: bytes) -> Metadata:
    return cast("Metadata", parse_fields(decode_json(data), _FIELDS))


_FIELDS: dict[str, Any] = {
    "modified": parse_integer,
    "size": parse_integer,
    "type": parse_media_type,
    "v": parse_format_version,
}
