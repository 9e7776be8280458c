"""Manifests, digest lists and blocks: each is held to what names it before it is used (spec §3)."""

from typing import Any

from tests.vectors.case import Repeated, Vector, accepts, refuses, stream
from tests.vectors.vault import FILE, OTHER_FILE, OTHER_VERSION, VERSION, changed
from vault.client.bytes import decode_uuid, encode_base64, sha256
from vault.client.canonical import encode_json
from vault.client.fields import encode_context
from vault.client.hashes import hash_of

FULL_BLOCK = 16 * 524_256
HEADER = stream("header", 74)
METADATA, THUMBNAIL = stream("metadata", 284), stream("thumbnail", 540)
# A whole block of 8 MiB of one byte over and over, and a last one of 5 bytes of plaintext.
FIRST, LAST = Repeated(b"c", 8_388_608), stream("last block", 37)
DIGESTS = sha256(b"c" * 8_388_608) + sha256(LAST)
MANIFEST: dict[str, Any] = {
    "blocks": 2,
    "digests": hash_of(DIGESTS),
    "file": FILE,
    "header": encode_base64(HEADER),
    "length": FULL_BLOCK + 5,
    "metadata": hash_of(METADATA),
    "thumbnail": hash_of(THUMBNAIL),
    "type": "manifest",
    "v": 1,
    "version": VERSION,
}


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _build() | _verify() | _fields() | _digests() | _blocks()


def _build() -> dict[str, Vector]:
    parts = {
        "file": FILE,
        "version": VERSION,
        "header": HEADER,
        "length": FULL_BLOCK + 5,
        "digests": DIGESTS,
        "metadata": METADATA,
        "thumbnail": THUMBNAIL,
    }
    plain = changed(MANIFEST, thumbnail="")
    aad = encode_context("coffer/v1/content", decode_uuid(FILE), decode_uuid(VERSION))
    refused = {
        "digest_missing": changed(parts, digests=DIGESTS[:32]),
        "digest_added": changed(parts, digests=DIGESTS + DIGESTS[:32]),
        "header_73_bytes": changed(parts, header=HEADER[:73]),
        "file_malformed": changed(parts, file=FILE.upper()),
        "length_negative": changed(parts, length=-1, digests=DIGESTS[:32]),
    }
    return {
        "aad": accepts("content_aad", FILE, VERSION, result=aad),
        "aad_malformed_version": refuses("format", "content_aad", FILE, VERSION[:-1]),
        "build": accepts("build_manifest", parts, result=encode_json(MANIFEST)),
        "build_without_thumbnail": accepts(
            "build_manifest", changed(parts, thumbnail=b""), result=encode_json(plain)
        ),
    } | {
        f"build_{name}": refuses("format", "build_manifest", value)
        for name, value in refused.items()
    }


def _verify() -> dict[str, Vector]:
    data = encode_json(MANIFEST)
    older = encode_json(changed(MANIFEST, digests=hash_of(b"older")))
    refused = {
        "older": (older, hash_of(data)),
        "flipped": (data.replace(b'"blocks":2', b'"blocks":3'), hash_of(data)),
        "truncated": (data[:-1], hash_of(data)),
        "empty": (b"", hash_of(data)),
        "without_hash": (data, ""),
        **{
            name: (encode_json(value), hash_of(encode_json(value)))
            for name, value in {
                "of_other_file": changed(MANIFEST, file=OTHER_FILE),
                "of_other_version": changed(MANIFEST, version=OTHER_VERSION),
                "file_and_version_swapped": changed(MANIFEST, file=VERSION, version=FILE),
                "a_block_less": changed(MANIFEST, blocks=1),
                "a_block_more": changed(MANIFEST, blocks=3),
                "length_of_one_block": changed(MANIFEST, length=FULL_BLOCK),
                "length_highest": changed(MANIFEST, length=2**53 - 1),
            }.items()
        },
    }
    empty = changed(MANIFEST, length=0, blocks=1)
    return {
        f"verify{name}": accepts(
            "verify_manifest",
            encode_json(value),
            hash_of(encode_json(value)),
            FILE,
            VERSION,
            result=value,
        )
        for name, value in {"": MANIFEST, "_empty_file": empty}.items()
    } | {
        f"manifest_{name}": refuses("tampered_manifest", "verify_manifest", *pair, FILE, VERSION)
        for name, pair in refused.items()
    }


def _fields() -> dict[str, Vector]:
    text = encode_json(MANIFEST)
    refused = {
        "version_2": encode_json(changed(MANIFEST, v=2)),
        "type_other": encode_json(changed(MANIFEST, type="statement")),
        "field_unknown": encode_json({**MANIFEST, "name": "x"}),
        "field_missing": encode_json(changed(MANIFEST, metadata=None)),
        "blocks_zero": encode_json(changed(MANIFEST, blocks=0)),
        "header_75_bytes": encode_json(changed(MANIFEST, header=encode_base64(bytes(75)))),
        "metadata_none": encode_json(changed(MANIFEST, metadata="")),
        "thumbnail_short": encode_json(changed(MANIFEST, thumbnail="00")),
        "length_negative": text.replace(b'"length":', b'"length":-'),
        "length_2_63": text.replace(b'"length":8388101', b'"length":9223372036854775808'),
        "not_canonical": text + b"\n",
        "empty": b"",
    }
    return {
        f"form_{name}": refuses("format", "verify_manifest", data, hash_of(data), FILE, VERSION)
        for name, data in refused.items()
    } | {
        "parse": accepts("parse_manifest", text, result=MANIFEST),
        "parse_trailing_byte": refuses("format", "parse_manifest", text + b" "),
    }


def _digests() -> dict[str, Vector]:
    refused = {
        "swapped": DIGESTS[32:] + DIGESTS[:32],
        "one_left_out": DIGESTS[:32],
        "one_added": DIGESTS + DIGESTS[:32],
        "one_flipped": DIGESTS[:-1] + bytes([DIGESTS[-1] ^ 1]),
        "truncated": DIGESTS[:-1],
        "none": b"",
    }
    short = changed(MANIFEST, digests=hash_of(DIGESTS[:32]))
    return {
        "digests": accepts("verify_digests", MANIFEST, DIGESTS),
        "digests_fewer_than_blocks": refuses(
            "tampered_content", "verify_digests", short, DIGESTS[:32]
        ),
    } | {
        f"digests_{name}": refuses("tampered_content", "verify_digests", MANIFEST, data)
        for name, data in refused.items()
    }


def _blocks() -> dict[str, Vector]:
    flipped = bytes([LAST[0] ^ 1]) + LAST[1:]
    refused: dict[str, tuple[int, object]] = {
        "first_as_last": (1, FIRST),
        "last_as_first": (0, LAST),
        "flipped": (1, flipped),
        "truncated": (1, LAST[:-1]),
        "extended": (1, LAST + b"\x00"),
        "missing": (1, b""),
        "first_cut_by_a_segment": (0, Repeated(b"c", 8_388_608 - 524_288)),
        "first_of_other_content": (0, Repeated(b"d", 8_388_608)),
    }
    return {
        "block_first": accepts("verify_block", MANIFEST, DIGESTS, 0, FIRST),
        "block_last": accepts("verify_block", MANIFEST, DIGESTS, 1, LAST),
        "block_beyond": refuses("format", "verify_block", MANIFEST, DIGESTS, 2, LAST),
        "block_negative": refuses("format", "verify_block", MANIFEST, DIGESTS, -1, LAST),
    } | {
        f"block_{name}": refuses("tampered_content", "verify_block", MANIFEST, DIGESTS, *pair)
        for name, pair in refused.items()
    }
