"""How content is split into segments and blocks (spec §3.1, §3.2).

Mirror: static/js/core/blocks.js.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.client.errors import FormatError, TamperedError
from vault.client.floe import (
    COFFER,
    SEGMENT_OVERHEAD,
    Params,
    State,
    open_segment,
    seal_segment_into,
)

SEGMENTS_PER_BLOCK = 16


def sealed_length(length: int, params: Params = COFFER) -> int:
    """Return the bytes of all blocks of a plaintext together, without the header."""
    return length + SEGMENT_OVERHEAD * _segment_count(length, params)


def block_count(length: int, params: Params = COFFER) -> int:
    """Return the number of blocks of a plaintext; at least 1: an empty file has one block."""
    return _divide_up(_segment_count(length, params), SEGMENTS_PER_BLOCK)


def block_plaintext_length(length: int, block_index: int, params: Params = COFFER) -> int:
    """Return the plaintext bytes in one block; FormatError if there is no such block."""
    if not 0 <= block_index < block_count(length, params):
        raise FormatError("format", "content: no such block")
    full = _full_block(params)
    return min(full, length - block_index * full)


def block_sealed_length(length: int, block_index: int, params: Params = COFFER) -> int:
    """Return the bytes of one block as it is stored; FormatError if there is no such block."""
    return sealed_length(block_plaintext_length(length, block_index, params), params)


def seal_block(
    state: State, block_index: int, plaintext: bytes | memoryview, is_last: bool
) -> bytearray:
    """Seal one block; blocks are independent and may be sealed in any order, in any thread.

    The plaintext is 16 full segments, or what remains if last. Raises FormatError for a length
    that this block cannot have.
    """
    full = _full_block(state.params)
    # An aligned file ends in a full segment: an empty one after it would be a second form of the
    # same content.
    empty = len(plaintext) == 0 and block_index > 0
    if len(plaintext) > full or empty or (len(plaintext) < full and not is_last):
        raise FormatError("format", "content: block of another length")
    block = bytearray(sealed_length(len(plaintext), state.params))
    step, place = state.params.enc_seg_len, memoryview(block)
    pieces = _segments(memoryview(plaintext), step - SEGMENT_OVERHEAD, block_index, is_last)
    for index, (counter, piece, is_final) in enumerate(pieces):
        segment = place[index * step : (index + 1) * step]
        seal_segment_into(state, counter, piece, is_final, segment)
    return block


def open_block(state: State, block_index: int, block: bytes | memoryview, length: int) -> bytearray:
    """Open one block; all of it or nothing.

    `length` is that of the whole plaintext, from the verified manifest: it says which block is the
    last. Raises TamperedError `tampered_content`.
    """
    count = block_count(length, state.params)
    # Dropped, doubled, truncated and appended bytes all show in the split that the signed length
    # demands.
    if block_index >= count or len(block) != block_sealed_length(length, block_index, state.params):
        raise TamperedError("tampered_content", "content: block of another length")
    step, is_last = state.params.enc_seg_len, block_index == count - 1
    return bytearray().join(
        open_segment(state, counter, segment, is_final)
        for counter, segment, is_final in _segments(memoryview(block), step, block_index, is_last)
    )


def _segments(
    data: memoryview, step: int, block_index: int, is_last: bool
) -> Iterator[tuple[int, memoryview, bool]]:
    """Cut a block, or its plaintext, into segments; empty data is one empty segment."""
    count = max(1, _divide_up(len(data), step))
    for index in range(count):
        counter = block_index * SEGMENTS_PER_BLOCK + index
        yield counter, data[index * step : (index + 1) * step], is_last and index == count - 1


def _segment_count(length: int, params: Params) -> int:
    return max(1, _divide_up(length, params.enc_seg_len - SEGMENT_OVERHEAD))


def _full_block(params: Params) -> int:
    return SEGMENTS_PER_BLOCK * (params.enc_seg_len - SEGMENT_OVERHEAD)


def _divide_up(value: int, step: int) -> int:
    return -(-value // step)
