"""Merkle tree hashing and proofs (spec §7; RFC 6962 §2.1, verification as in RFC 9162 §2.1).

Pure: server, independent verifier and client share it. `vault.client.merkle` gives its failures the
client's error codes; nothing here knows the client.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

HASH_LENGTH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Range = tuple[int, int]
"""Leaves from the first index up to, but not with, the second: one subtree."""


class ProofError(ValueError):
    """A proof that does not prove what it should."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf; the prefix keeps a leaf from passing for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root of a tree over leaf hashes, EMPTY_ROOT over none."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        # A node without a sibling moves up as it is: the same tree as RFC 6962's recursion.
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the subtrees whose roots are the proof that leaf `index` is in a tree of `size`."""
    if not 0 <= index < size:
        raise ProofError("no such leaf")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """Return the subtrees whose roots prove that a tree of `new_size` continues one of `old_size`.

    Empty for equal sizes; raises ProofError unless 1 <= old_size <= new_size.
    """
    if not 1 <= old_size <= new_size:
        raise ProofError("sizes out of range")
    ranges: list[Range] = []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The old tree itself, if it is one whole subtree, is known from its root and left out.
    if start > 0:
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes from leaf `index` up to the root; ProofError if there is no such leaf."""
    ranges = inclusion_ranges(index, len(leaf_hashes))
    return [root_hash(leaf_hashes[start:end]) for start, end in ranges]


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that these leaves continue the first `old_size`; ProofError out of range."""
    ranges = consistency_ranges(old_size, len(leaf_hashes))
    return [root_hash(leaf_hashes[start:end]) for start, end in ranges]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf with this hash is number `index` of the tree; ProofError if not."""
    # A "leaf hash" of another length could be a node's input, and an empty one matches an empty
    # root: the bare algorithm would accept both.
    if not 0 <= index < size or len(leaf) != HASH_LENGTH:
        raise ProofError("no such leaf")
    _, whole = _climb_path(index, size - 1, leaf, proof)
    if not hmac.compare_digest(whole, root):
        raise ProofError("inclusion proof does not lead to the root")


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the new tree begins with the old one; ProofError if not.

    Nothing follows from an empty tree: a caller that has seen none has nothing to compare.
    """
    if not 1 <= old_size <= new_size:
        raise ProofError("sizes out of range")
    if old_size == new_size:
        if proof or not hmac.compare_digest(old_root, new_root):
            raise ProofError("two trees of one size")
        return
    # A tree of a power of two is a subtree of the new one: its root begins the path.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not proof or len(path[0]) != HASH_LENGTH:
        raise ProofError("consistency proof too short, or with a hash of another length")
    left, whole = _climb_path(*_skip_odd(old_size - 1, new_size - 1), path[0], path[1:])
    if not hmac.compare_digest(left, old_root) or not hmac.compare_digest(whole, new_root):
        raise ProofError("consistency proof does not lead to both roots")


def _climb_path(
    node: int, last: int, computed: bytes, siblings: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Hash from a node up: the root of all that ends with it, and the root of the whole tree.

    `last` is the last node of the node's level.
    """
    left = whole = computed
    for sibling in siblings:
        if last == 0 or len(sibling) != HASH_LENGTH:
            raise ProofError("proof too long, or with a hash of another length")
        if node % 2 == 1 or node == last:
            left = node_hash(sibling, left)
            whole = node_hash(sibling, whole)
            node, last = _skip_even(node, last)
        else:
            whole = node_hash(whole, sibling)
        node, last = node // 2, last // 2
    if last != 0:
        raise ProofError("proof too short")
    return left, whole


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _skip_even(node: int, last: int) -> tuple[int, int]:
    """Climb past the levels on which the node moves up without a sibling."""
    while node % 2 == 0 and node != 0:
        node, last = node // 2, last // 2
    return node, last


def _skip_odd(node: int, last: int) -> tuple[int, int]:
    """Climb to the top of the largest whole subtree that ends with the node."""
    while node % 2 == 1:
        node, last = node // 2, last // 2
    return node, last
