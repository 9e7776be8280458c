"""Merkle tree hashing and proofs (spec §7; RFC 6962 §2.1, verification as in RFC 9162 §2.1).

Mirror: static/js/core/merkle.js. The arithmetic is audit.merkle: it is pure, server and independent
verifier need it too, and the client may know the log's room while the log may not know the client.
A client installed alone takes that one module along. Here its failures get the client's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from audit import merkle
from audit.merkle import EMPTY_ROOT, Range, leaf_hash, node_hash, root_hash
from vault.client.errors import LogError

__all__ = [
    "EMPTY_ROOT",
    "consistency_proof",
    "consistency_ranges",
    "inclusion_proof",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "root_hash",
    "verify_consistency",
    "verify_inclusion",
]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """As audit.merkle; LogError `log_proof` if there is no such leaf."""
    with _log_error():
        return merkle.inclusion_ranges(index, size)


def consistency_ranges(old_size: int, new_size: int) -> list[Range]:
    """As audit.merkle; LogError `log_proof` unless 1 <= old_size <= new_size."""
    with _log_error():
        return merkle.consistency_ranges(old_size, new_size)


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """As audit.merkle; LogError `log_proof` if there is no such leaf."""
    with _log_error():
        return merkle.inclusion_proof(leaf_hashes, index)


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """As audit.merkle; LogError `log_proof` unless 1 <= old_size <= len(leaf_hashes)."""
    with _log_error():
        return merkle.consistency_proof(leaf_hashes, old_size)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """As audit.merkle; LogError `log_proof` if the leaf is not in the tree at this index."""
    with _log_error():
        merkle.verify_inclusion(leaf, index, size, proof, root)


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """As audit.merkle; LogError `log_proof` if the new tree does not begin with the old one."""
    with _log_error():
        merkle.verify_consistency(old_size, new_size, proof, old_root, new_root)


@contextmanager
def _log_error() -> Iterator[None]:
    try:
        yield
    except merkle.ProofError as cause:
        raise LogError("log_proof", f"merkle: {cause}") from cause
