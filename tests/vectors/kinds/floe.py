"""FLOE: segments that were flipped, moved, cut or spliced do not open (spec §3.1).

`open_segments` opens [position, final, segment] one after the other and releases each plaintext;
`released` is the SHA-256 of what came out before the first error.
"""

import hashlib

from tests.vectors.case import Vector, accepts, refuses, seeded, stream
from vault.client.floe import Params, _derive_segment_key, seal_segment, start_seal

PARAMS = Params(enc_seg_len=48, rotation_mask=20)
FULL = 16
KEY = stream("dek", 32)
AAD = b"coffer/v1/content\x00" + stream("file and version", 32)
PLAINTEXT = stream("plaintext", 4 * FULL + 5)

Placed = tuple[int, bool, bytes]


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _headers() | _segments()


def _accepted() -> dict[str, Vector]:
    header, segments = _seal("this")
    aligned_header, aligned = _seal("aligned", PLAINTEXT[: 2 * FULL])
    empty_header, empty = _seal("empty", b"")
    ended_header, ended = _seal("ended", PLAINTEXT[:FULL], trailing_empty=True)
    rotated = PARAMS._replace(rotation_mask=1)
    rotated_header, rotated_segments = _seal("rotated", params=rotated)
    return {
        "whole": _opens(header, _placed(segments), PLAINTEXT),
        "one_segment_alone": _opens(header, [(2, False, segments[2])], PLAINTEXT[32:48]),
        "backwards": _opens(
            header,
            [(1, False, segments[1]), (0, False, segments[0])],
            PLAINTEXT[16:32] + PLAINTEXT[:16],
        ),
        "aligned": _opens(aligned_header, _placed(aligned), PLAINTEXT[: 2 * FULL]),
        "empty": _opens(empty_header, _placed(empty), b""),
        # FLOE itself allows an empty final segment anywhere; Coffer's split does not (blocks/).
        "final_empty": _opens(ended_header, _placed(ended), PLAINTEXT[:FULL]),
        "rotated_keys": _opens(
            rotated_header, _placed(rotated_segments), PLAINTEXT, params=rotated
        ),
        "rotated_keys_unrotated": _fails(rotated_header, _placed(rotated_segments), PLAINTEXT[:32]),
    }


def _headers() -> dict[str, Vector]:
    header, segments = _seal("this")
    other, _ = _seal("other version", key=stream("other dek", 32))
    same_key, _ = _seal("other header under this key")
    placed = _placed(segments)
    longer = PARAMS._replace(enc_seg_len=64)
    refused = {
        "truncated": header[:-1],
        "extended": header + b"\x00",
        "empty": b"",
        "other_segment_length": header[:5] + b"\x40" + header[6:],
        "other_aead": b"\x01" + header[1:],
        "other_kdf": header[:1] + b"\x01" + header[2:],
        "other_iv_length": header[:9] + b"\x10" + header[10:],
    }
    tampered = {
        "iv_flipped": _flip(header, 10),
        "tag_flipped": _flip(header, 42),
        "tag_last_byte_flipped": _flip(header, 73),
        "of_other_version": other,
        "tag_zeros": header[:42] + bytes(32),
    }
    return (
        {f"header_{name}": _fails(data, placed, code="format") for name, data in refused.items()}
        | {f"header_{name}": _fails(data, placed) for name, data in tampered.items()}
        | {
            "header_for_longer_segments": _fails(header, placed, code="format", params=longer),
            "header_of_other_ciphertext_same_key": _fails(same_key, placed),
            "wrong_aad": _fails(header, placed, aad=_flip(AAD, 20)),
            "aad_extended": _fails(header, placed, aad=AAD + b"\x00"),
            "aad_empty": _fails(header, placed, aad=b""),
            "wrong_dek": _fails(header, placed, key=stream("wrong dek", 32)),
            "dek_31_bytes": _fails(header, placed, code="format", key=KEY[:31]),
            "dek_33_bytes": _fails(header, placed, code="format", key=KEY + b"\x00"),
            "dek_16_bytes": _fails(header, placed, code="format", key=KEY[:16]),
        }
    )


def _segments() -> dict[str, Vector]:
    header, good = _seal("this")
    _, spliced = _seal("other version", key=stream("other dek", 32))
    _, same_key = _seal("other header under this key")
    cut = good[1][:4] + good[1][4:-1]
    # What is read as a stream, and how much of it comes out first.
    read = {
        "first_length_flipped": ([_flip(good[0], 0), *good[1:]], 0),
        "nonce_flipped": ([good[0], _flip(good[1], 4), *good[2:]], 1),
        "ciphertext_flipped": ([good[0], _flip(good[1], 16), *good[2:]], 1),
        "tag_flipped": ([good[0], _flip(good[1], 47), *good[2:]], 1),
        "final_flipped": ([*good[:4], _flip(good[4], 16)], 4),
        "segment_dropped": ([good[0], *good[2:]], 1),
        "first_segment_dropped": (good[1:], 0),
        "segment_doubled": ([good[0], good[0], *good[1:]], 1),
        "segments_swapped": ([good[0], good[2], good[1], *good[3:]], 1),
        "segment_truncated": ([good[0], cut, *good[2:]], 1),
        "segment_extended": ([good[0], good[1] + b"\x00", *good[2:]], 1),
        "segment_empty": ([good[0], b"", *good[2:]], 1),
        "segment_of_other_version": ([good[0], spliced[1], *good[2:]], 1),
        "segment_of_other_ciphertext_same_key": ([good[0], same_key[1], *good[2:]], 1),
        "final_missing": (good[:4], 3),
        "final_missing_relabelled": ([*good[:3], _prefix(good[3], 48)], 3),
        "final_in_the_middle": ([*good[:2], good[4], *good[2:4]], 2),
        "final_doubled": ([*good, good[4]], 4),
        "final_truncated": ([*good[:4], good[4][:-1]], 4),
        "final_truncated_relabelled": ([*good[:4], _prefix(good[4][:-1], 36)], 4),
        "final_extended": ([*good[:4], good[4] + b"\x00"], 4),
        "final_extended_relabelled": ([*good[:4], _prefix(good[4] + b"\x00", 38)], 4),
        "final_cut_to_31_bytes": ([*good[:4], _prefix(good[4][:31], 31)], 4),
        "final_empty": ([*good[:4], b""], 4),
        "final_longer_than_a_segment": ([*good[:4], _prefix(good[3] + bytes(1), 49)], 4),
        "garbage_after_final": ([*good, b"garbage"], 4),
        "zeros_after_final": ([*good, bytes(48)], 4),
    }
    return {
        name: _fails(header, _placed(segments), PLAINTEXT[: count * FULL])
        for name, (segments, count) in read.items()
    } | {
        # Authentic, so that only the length speaks against it: the sharer of a file knows the DEK.
        "final_longer_than_a_segment_under_the_key": _fails(header, [(4, True, _seal_too_long())]),
        "segment_at_next_position": _fails(header, [(1, False, good[0])]),
        "segment_at_position_2_32_higher": _fails(header, [(2**32, False, good[0])]),
        "segment_read_as_final": _fails(header, [(0, True, good[0])]),
        "segment_relabelled_as_final": _fails(header, [(0, True, _prefix(good[0], 48))]),
        "final_read_as_segment": _fails(header, [(4, False, good[4])]),
        "position_2_40": _fails(header, [(2**40, True, good[4])], code="format"),
        "position_2_40_less_1_not_final": _fails(
            header, [(2**40 - 1, False, good[0])], code="format"
        ),
        "position_negative": _fails(header, [(-1, False, good[0])], code="format"),
    }


def _seal(
    name: str,
    plaintext: bytes = PLAINTEXT,
    *,
    key: bytes = KEY,
    params: Params = PARAMS,
    trailing_empty: bool = False,
) -> tuple[bytes, list[bytes]]:
    pieces = [plaintext[i : i + FULL] for i in range(0, len(plaintext), FULL)] or [b""]
    if trailing_empty:
        pieces.append(b"")
    with seeded(name):
        header, state = start_seal(key, AAD, params)
        last = len(pieces) - 1
        return header, [seal_segment(state, i, piece, i == last) for i, piece in enumerate(pieces)]


def _seal_too_long() -> bytes:
    """Return what FLOE would not write: a final segment of one byte more than a full one."""
    with seeded("this"):
        _, state = start_seal(KEY, AAD, PARAMS)
    nonce, place = stream("nonce", 12), (4).to_bytes(8, "big") + b"\x01"
    body = _derive_segment_key(state, 4, True).encrypt(nonce, bytes(FULL + 1), place)
    return (FULL + 33).to_bytes(4, "big") + nonce + body


def _placed(segments: list[bytes]) -> list[Placed]:
    return [(i, i == len(segments) - 1, segment) for i, segment in enumerate(segments)]


def _prefix(segment: bytes, length: int) -> bytes:
    return length.to_bytes(4, "big") + segment[4:]


def _flip(data: bytes, index: int) -> bytes:
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)


def _opens(
    header: bytes, placed: list[Placed], plaintext: bytes, params: Params = PARAMS
) -> Vector:
    vector = accepts("open_segments", KEY, AAD, params._asdict(), header, placed)
    return {**vector, "released": hashlib.sha256(plaintext).hexdigest()}


def _fails(
    header: bytes,
    placed: list[Placed],
    released: bytes = b"",
    *,
    code: str = "tampered_content",
    key: bytes = KEY,
    aad: bytes = AAD,
    params: Params = PARAMS,
) -> Vector:
    vector = refuses(code, "open_segments", key, aad, params._asdict(), header, placed)
    return {**vector, "released": hashlib.sha256(released).hexdigest()}
