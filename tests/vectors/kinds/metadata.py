"""Metadata and thumbnails: sealed for one version, named by its manifest (spec §3.3)."""

from typing import Any

from tests.vectors.case import Repeated, Vector, accepts, refuses, stream
from tests.vectors.kinds.manifest import MANIFEST as EXAMPLE
from tests.vectors.vault import FILE, OTHER_FILE, OTHER_VERSION, VERSION, changed, seal, seal_json
from vault.client.bytes import decode_uuid
from vault.client.canonical import encode_json
from vault.client.hashes import hash_of
from vault.client.primitives import derive_key

DEK = stream("dek", 32)
METADATA: dict[str, Any] = {
    "modified": 1_700_000_000_000,
    "size": EXAMPLE["length"],
    "type": "video/mp4",
    "v": 1,
}
IMAGE = b"\x89PNG" + stream("image", 400)
PURPOSE, THUMBNAIL = "coffer/v1/metadata", "coffer/v1/thumbnail"


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _open() | _fields() | _thumbnail() | _seal()


def _open() -> dict[str, Vector]:
    good = _sealed(METADATA)
    manifest = _manifest(good)
    longest = _sealed(changed(METADATA, type="t" * 255))
    elsewhere = changed(manifest, file=OTHER_FILE)
    later = changed(manifest, version=OTHER_VERSION)
    other_dek = stream("other dek", 32)
    image = _sealed(IMAGE, THUMBNAIL)
    oversize = _sealed(changed(METADATA, type="\x01" * 200))
    other_size = _sealed(changed(METADATA, size=1))
    refused = {
        "older": (DEK, manifest, longest),
        "of_other_file": (DEK, elsewhere, good),
        "of_other_version": (DEK, later, good),
        "under_other_dek": (other_dek, manifest, good),
        "flipped": (DEK, manifest, good[:-1] + bytes([good[-1] ^ 1])),
        "empty": (DEK, _manifest(b""), b""),
        "thumbnail_in_its_place": (DEK, _manifest(image), image),
        "oversize": (DEK, _manifest(oversize), oversize),
        "of_other_size": (DEK, _manifest(other_size), other_size),
    }
    return {
        "open": accepts("open_metadata", DEK, manifest, good, result=METADATA),
        "open_longest": accepts(
            "open_metadata",
            DEK,
            _manifest(longest),
            longest,
            result=changed(METADATA, type="t" * 255),
        ),
    } | {
        f"metadata_{name}": refuses("tampered_content", "open_metadata", *arguments)
        for name, arguments in refused.items()
    }


def _fields() -> dict[str, Vector]:
    parts = (decode_uuid(FILE), decode_uuid(VERSION))
    key = derive_key(DEK, PURPOSE)
    unpadded = seal("unpadded", key, PURPOSE, parts, encode_json(METADATA))
    refused = {
        "version_2": _sealed(changed(METADATA, v=2)),
        "field_unknown": _sealed({**METADATA, "name": "x"}),
        "field_missing": _sealed(changed(METADATA, type=None)),
        "type_256_bytes": _sealed(changed(METADATA, type="ü" * 128)),
        "modified_text": _sealed(changed(METADATA, modified="0")),
        "not_canonical": _sealed(encode_json(METADATA) + b" "),
        "without_padding": unpadded,
    }
    return {
        name: refuses("format", "open_metadata", DEK, _manifest(sealed), sealed)
        for name, sealed in refused.items()
    }


def _thumbnail() -> dict[str, Vector]:
    good = _sealed(IMAGE, THUMBNAIL)
    manifest = changed(EXAMPLE, thumbnail=hash_of(good))
    metadata = _sealed(METADATA)
    refused = {
        "not_named": (DEK, changed(EXAMPLE, thumbnail=""), good),
        "other": (DEK, manifest, _sealed(IMAGE + b"\x00", THUMBNAIL)),
        "of_other_version": (DEK, changed(manifest, version=OTHER_VERSION), good),
        "under_other_dek": (stream("other dek", 32), manifest, good),
        "metadata_in_its_place": (DEK, changed(EXAMPLE, thumbnail=hash_of(metadata)), metadata),
        "empty": (DEK, changed(EXAMPLE, thumbnail=hash_of(b"")), b""),
    }
    return {"thumbnail_open": accepts("open_thumbnail", DEK, manifest, good, result=IMAGE)} | {
        f"thumbnail_{name}": refuses("tampered_content", "open_thumbnail", *arguments)
        for name, arguments in refused.items()
    }


def _seal() -> dict[str, Vector]:
    place = (DEK, FILE, VERSION)
    refused = {
        "type_256_bytes": changed(METADATA, type="t" * 256),
        "type_of_escapes": changed(METADATA, type="\x01" * 200),
        "size_negative": changed(METADATA, size=-1),
        "field_unknown": {**METADATA, "name": "x"},
    }
    return {
        "seal": accepts("seal_metadata", *place, METADATA),
        "seal_thumbnail_longest": accepts("seal_thumbnail", *place, Repeated(b"i", 65_532)),
        "seal_thumbnail_too_long": refuses(
            "format", "seal_thumbnail", *place, Repeated(b"i", 65_533)
        ),
        "seal_thumbnail_empty": refuses("format", "seal_thumbnail", *place, b""),
    } | {
        f"seal_{name}": refuses("format", "seal_metadata", *place, value)
        for name, value in refused.items()
    }


def _sealed(value: object, purpose: str = PURPOSE) -> bytes:
    parts = (decode_uuid(FILE), decode_uuid(VERSION))
    return seal_json("metadata", derive_key(DEK, purpose), purpose, parts, value)


def _manifest(sealed: bytes) -> dict[str, Any]:
    return changed(EXAMPLE, metadata=hash_of(sealed))
