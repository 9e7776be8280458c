"""Blocks: content has one split, and the signed length holds it to that (spec §3.1, §3.2).

`open_blocks` opens what was served, block by block, as a client does that knows header and length;
`released` is the SHA-256 of what came out before the first error. `seal_content` seals bytes
0, 1, … 250, 0, … under randomness that is no secret (byte i of a draw of n bytes is 3·i + n), so
that every language writes the same bytes, and opens them again.
"""

import hashlib

from tests.vectors.case import Vector, accepts, fixed_random, refuses, seeded, stream
from vault.client.blocks import seal_block, sealed_length
from vault.client.floe import COFFER, Params, seal_segment, start_seal

PARAMS = Params(enc_seg_len=40, rotation_mask=2)
STEP = 8
BLOCK = 16 * STEP
KEY = stream("dek", 32)
AAD = b"coffer/v1/content\x00" + stream("file and version", 32)
PLAINTEXT = stream("plaintext", 2 * BLOCK + 3 * STEP + 5)


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _lengths() | _accepted() | _attacks() | _forms() | _sealed()


def _lengths() -> dict[str, Vector]:
    params = COFFER._asdict()
    small = PARAMS._asdict()
    highest = 2**53 - 1
    # More segments than 2^40 would be none of FLOE's; the arithmetic is exact all the same.
    segments = -(-highest // 524256)
    return {
        "sealed_length_0": accepts("sealed_length", 0, params, result=32),
        "sealed_length_1": accepts("sealed_length", 1, params, result=33),
        "sealed_length_aligned": accepts("sealed_length", 524256, params, result=524288),
        "sealed_length_one_more": accepts("sealed_length", 524257, params, result=524321),
        "sealed_length_highest": accepts(
            "sealed_length", 2**50 + 1, params, result=sealed_length(2**50 + 1)
        ),
        "block_count_0": accepts("block_count", 0, params, result=1),
        "block_count_full": accepts("block_count", 16 * 524256, params, result=1),
        "block_count_one_more": accepts("block_count", 16 * 524256 + 1, params, result=2),
        "block_count_10_gib": accepts("block_count", 10 * 2**30, params, result=1281),
        "block_count_highest": accepts("block_count", highest, params, result=-(-segments // 16)),
        "block_count_highest_multiple": accepts(
            "block_count", 16 * 524256 * 2**30, params, result=2**30
        ),
        "block_length_first": accepts("block_sealed_length", 300, 0, small, result=640),
        "block_length_last": accepts("block_sealed_length", 300, 2, small, result=236),
        "block_plaintext_last": accepts("block_plaintext_length", 300, 2, small, result=44),
        "block_length_of_nothing": accepts("block_sealed_length", 0, 0, small, result=32),
        "block_length_beyond": refuses("format", "block_sealed_length", 300, 3, small),
        "block_length_negative": refuses("format", "block_plaintext_length", 300, -1, small),
    }


def _accepted() -> dict[str, Vector]:
    lengths = {
        "empty": 0,
        "one_byte": 1,
        "one_full_segment": STEP,
        "one_byte_more_than_a_segment": STEP + 1,
        "one_full_block": BLOCK,
        "one_byte_more_than_a_block": BLOCK + 1,
        "three_blocks": len(PLAINTEXT),
    }
    return {
        f"open_{name}": _opens(*_seal(name, PLAINTEXT[:length]), PLAINTEXT[:length])
        for name, length in lengths.items()
    }


def _attacks() -> dict[str, Vector]:
    header, good = _seal("this", PLAINTEXT)
    _, other = _seal("other version", PLAINTEXT, key=stream("other dek", 32))
    _, old = _seal("same key", PLAINTEXT)
    segment = PARAMS.enc_seg_len
    swapped = good[0][segment : 2 * segment] + good[0][:segment] + good[0][2 * segment :]
    # The blocks that are served, and how many of them come out first.
    read = {
        "block_flipped": ([good[0], _flip(good[1], 20), good[2]], 1),
        "block_flipped_in_last_segment": ([good[0], _flip(good[1], 639), good[2]], 1),
        "last_block_flipped": ([*good[:2], _flip(good[2], 20)], 2),
        "block_dropped": ([good[0], good[2]], 1),
        "first_block_dropped": (good[1:], 0),
        "last_block_dropped": (good[:2], 2),
        "all_blocks_dropped": ([], 0),
        "block_doubled": ([good[0], good[0], *good[1:]], 1),
        "last_block_doubled": ([*good, good[2]], 3),
        "blocks_swapped": ([good[1], good[0], good[2]], 0),
        "blocks_joined": ([good[0] + good[1], good[2]], 0),
        "block_truncated": ([good[0], good[1][:-1], good[2]], 1),
        "block_cut_by_a_segment": ([good[0], good[1][:-segment], good[2]], 1),
        "last_block_cut_by_its_final_segment": ([*good[:2], good[2][: 3 * segment]], 2),
        "last_block_truncated": ([*good[:2], good[2][:-1]], 2),
        "block_empty": ([good[0], b"", good[2]], 1),
        "block_extended": ([good[0], good[1] + b"\x00", good[2]], 1),
        "last_block_extended": ([*good[:2], good[2] + b"garbage"], 2),
        "last_block_with_a_segment_more": ([*good[:2], good[2] + good[2][-37:]], 2),
        "garbage_block_after_the_last": ([*good, b"garbage"], 3),
        "block_of_other_version": ([good[0], other[1], good[2]], 1),
        "block_of_other_ciphertext_same_key": ([good[0], old[1], good[2]], 1),
        "segments_swapped": ([swapped, *good[1:]], 0),
        "segment_doubled": ([good[0][:segment] + good[0][:-segment], *good[1:]], 0),
    }
    return {
        name: _fails(header, blocks, len(PLAINTEXT), PLAINTEXT[: count * BLOCK])
        for name, (blocks, count) in read.items()
    } | {
        "length_one_less": _fails(header, good, len(PLAINTEXT) - 1, PLAINTEXT[: 2 * BLOCK]),
        "length_one_more": _fails(header, good, len(PLAINTEXT) + 1, PLAINTEXT[: 2 * BLOCK]),
        "length_of_the_first_block": _fails(header, good, BLOCK, b""),
        "length_of_two_blocks": _fails(header, good, 2 * BLOCK, PLAINTEXT[:BLOCK]),
        "length_0": _fails(header, good, 0, b""),
    }


def _forms() -> dict[str, Vector]:
    """Shapes that FLOE alone would open, but that are not Coffer's split of any content."""
    with seeded("ended"):
        header, state = start_seal(KEY, AAD, PARAMS)
        full = seal_segment(state, 0, PLAINTEXT[:STEP], False)
        ended = full + seal_segment(state, 1, b"", True)
    with seeded("ended after a block"):
        block_header, state = start_seal(KEY, AAD, PARAMS)
        block = bytes(seal_block(state, 0, PLAINTEXT[:BLOCK], False))
        empty = seal_segment(state, 16, b"", True)
    return {
        "empty_segment_after_aligned_content": _fails(header, [ended], STEP, b""),
        "empty_block_after_aligned_content": _fails(block_header, [block, empty], BLOCK, b""),
        "final_segment_left_out_of_aligned_content": _fails(header, [full], STEP, b""),
    }


def _sealed() -> dict[str, Vector]:
    lengths = {
        "nothing": 0,
        "one_byte": 1,
        "one_full_segment": 524256,
        "one_byte_more_than_a_segment": 524257,
        "one_full_block": 16 * 524256,
        "one_byte_more_than_a_block": 16 * 524256 + 1,
    }
    return {f"seal_{name}": _seal_content(length) for name, length in lengths.items()} | {
        "seal_block_short_in_the_middle": refuses(
            "format", "seal_block", KEY, AAD, PARAMS._asdict(), 0, PLAINTEXT[: BLOCK - 1], False
        ),
        "seal_block_too_long": refuses(
            "format", "seal_block", KEY, AAD, PARAMS._asdict(), 0, PLAINTEXT[: BLOCK + 1], True
        ),
        "seal_block_empty_after_the_first": refuses(
            "format", "seal_block", KEY, AAD, PARAMS._asdict(), 1, b"", True
        ),
    }


def _seal_content(length: int) -> Vector:
    """Seal with Coffer's own parameters; the result is the header and the blocks' digests."""
    plaintext = (bytes(range(251)) * (length // 251 + 1))[:length]
    header, blocks = _seal("", plaintext, params=COFFER, fixed=True)
    result = [header, *(hashlib.sha256(block).digest() for block in blocks)]
    vector = accepts("seal_content", KEY, AAD, COFFER._asdict(), length, result=result)
    return {**vector, "released": hashlib.sha256(plaintext).hexdigest()}


def _seal(
    name: str,
    plaintext: bytes,
    *,
    key: bytes = KEY,
    params: Params = PARAMS,
    fixed: bool = False,
) -> tuple[bytes, list[bytes]]:
    full = 16 * (params.enc_seg_len - 32)
    pieces = [plaintext[i : i + full] for i in range(0, len(plaintext), full)] or [b""]
    with fixed_random() if fixed else seeded(name):
        header, state = start_seal(key, AAD, params)
        last = len(pieces) - 1
        blocks = [seal_block(state, i, piece, i == last) for i, piece in enumerate(pieces)]
    return header, [bytes(block) for block in blocks]


def _flip(data: bytes, index: int) -> bytes:
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)


def _opens(header: bytes, blocks: list[bytes], plaintext: bytes) -> Vector:
    arguments = (KEY, AAD, PARAMS._asdict(), header, len(plaintext), blocks)
    vector = accepts("open_blocks", *arguments)
    return {**vector, "released": hashlib.sha256(plaintext).hexdigest()}


def _fails(header: bytes, blocks: list[bytes], length: int, released: bytes) -> Vector:
    arguments = (KEY, AAD, PARAMS._asdict(), header, length, blocks)
    vector = refuses("tampered_content", "open_blocks", *arguments)
    return {**vector, "released": hashlib.sha256(released).hexdigest()}
