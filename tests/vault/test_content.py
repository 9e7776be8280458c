"""Sizes of segments and blocks follow from the plaintext's length alone (spec §3.1, §3.2)."""

from __future__ import annotations

import pytest

from vault import content
from vault.forms import FormError

S = 524_256
B = 16 * S


@pytest.mark.parametrize(
    ("length", "segments", "blocks", "last"),
    [
        (0, 1, 1, 32),
        (1, 1, 1, 33),
        (S, 1, 1, 524_288),
        (S + 1, 2, 1, 524_288 + 33),
        (B, 16, 1, 8_388_608),
        (B + 1, 17, 2, 33),
        (2 * B, 32, 2, 8_388_608),
        (10 * 1024**3, 20_482, 1_281, 10 * 1024**3 + 20_482 * 32 - 1_280 * 8_388_608),
    ],
)
def test_split(length: int, segments: int, blocks: int, last: int) -> None:
    assert content.count_segments(length) == segments
    assert content.count_blocks(length) == blocks
    assert content.block_size(length, blocks - 1) == last
    assert content.ciphertext_size(length) == (blocks - 1) * 8_388_608 + last
    if blocks > 1:
        assert content.block_size(length, 0) == 8_388_608


@pytest.mark.parametrize(("length", "index"), [(0, 1), (B, 1), (B, -1), (B + 1, 2)])
def test_no_block_beyond_the_end(length: int, index: int) -> None:
    with pytest.raises(FormError):
        content.block_size(length, index)


def test_digest_list() -> None:
    digests = ["ab" * 32, "cd" * 32]
    joined = content.join_digests(digests)
    assert [content.digest_at(joined, index) for index in (0, 1)] == digests
