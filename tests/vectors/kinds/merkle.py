"""Merkle trees: proofs that do not prove are refused (spec §7; RFC 6962)."""

import hashlib

from audit.merkle import (
    consistency_proof,
    consistency_ranges,
    inclusion_proof,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_hash,
)
from tests.vectors.case import Vector, accepts, refuses, stream

LEAVES = [leaf_hash(f"entry {number}".encode()) for number in range(1, 8)]
ROOT = root_hash(LEAVES)
# Roots of the first n of eight leaves, published with the tests of Certificate Transparency.
PUBLISHED_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
PUBLISHED_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _hashes() | _ranges() | _inclusion() | _consistency()


def _hashes() -> dict[str, Vector]:
    published = [leaf_hash(bytes.fromhex(leaf)) for leaf in PUBLISHED_LEAVES]
    return {
        "leaf": accepts("leaf_hash", b"L123456", result=hashlib.sha256(b"\0L123456").digest()),
        "node": accepts(
            "node_hash", b"N123", b"N456", result=hashlib.sha256(b"\1N123N456").digest()
        ),
    } | {
        f"root_of_{size}": accepts("root_hash", published[:size], result=bytes.fromhex(root))
        for size, root in PUBLISHED_ROOTS.items()
    }


def _ranges() -> dict[str, Vector]:
    big = 2**40 + 5
    return {
        "inclusion_ranges_of_7": accepts("inclusion_ranges", 3, 7, result=[(2, 3), (0, 2), (4, 7)]),
        "inclusion_ranges_beyond_32_bits": accepts(
            "inclusion_ranges", 2**40 + 1, big, result=inclusion_ranges(2**40 + 1, big)
        ),
        "inclusion_ranges_no_such_leaf": refuses("log_proof", "inclusion_ranges", 7, 7),
        "consistency_ranges_of_7": accepts(
            "consistency_ranges", 3, 7, result=[(2, 3), (3, 4), (0, 2), (4, 7)]
        ),
        "consistency_ranges_of_equal_sizes": accepts("consistency_ranges", 7, 7, result=[]),
        "consistency_ranges_beyond_32_bits": accepts(
            "consistency_ranges", 2**33 + 3, big, result=consistency_ranges(2**33 + 3, big)
        ),
        "consistency_ranges_of_nothing": refuses("log_proof", "consistency_ranges", 0, 7),
        "consistency_ranges_backwards": refuses("log_proof", "consistency_ranges", 7, 6),
    }


def _inclusion() -> dict[str, Vector]:
    index, size = 2, len(LEAVES)
    leaf, proof = LEAVES[index], inclusion_proof(LEAVES, index)
    # Without the prefixes of RFC 6962 a node would pass for a leaf of a smaller tree.
    inner = leaf_hash(LEAVES[2] + LEAVES[3])
    odd = bytes(31)
    refused = {
        "other_leaf": (LEAVES[3], index, size, proof, ROOT),
        "other_index": (leaf, 3, size, proof, ROOT),
        "index_beyond_size": (leaf, 7, size, proof, ROOT),
        "index_2_32_higher": (leaf, index + 2**32, size, proof, ROOT),
        "size_2_32_higher": (leaf, index, size + 2**32, proof, ROOT),
        "truncated": (leaf, index, size, proof[:-1], ROOT),
        "without_first": (leaf, index, size, proof[1:], ROOT),
        "extended": (leaf, index, size, [*proof, proof[0]], ROOT),
        "swapped": (leaf, index, size, [proof[1], proof[0], *proof[2:]], ROOT),
        "empty": (leaf, index, size, [], ROOT),
        "other_root": (leaf, index, size, proof, root_hash(LEAVES[:6])),
        "node_content_as_leaf": (inner, 1, 4, proof[1:], ROOT),
        "leaf_of_64_bytes": (leaf + proof[0], index, size, proof, ROOT),
        "hash_of_31_bytes": (leaf, index, size, [proof[0][:31], *proof[1:]], ROOT),
        "empty_leaf_and_root": (b"", 0, 1, [], b""),
        # Roots made to fit: whoever makes the tree can do that, so the shape must be checked too.
        "extended_to_another_root": (
            leaf,
            index,
            size,
            [*proof, proof[0]],
            node_hash(proof[0], ROOT),
        ),
        "hash_of_31_bytes_in_root": (leaf, 0, 2, [odd], node_hash(leaf, odd)),
    }
    last = (LEAVES[1], 2**40, 2**40 + 1, [LEAVES[0]], node_hash(LEAVES[0], LEAVES[1]))
    deep = [stream(f"sibling {level}", 32) for level in range(41)]
    folded = LEAVES[0]
    for sibling in deep[:40]:
        folded = node_hash(folded, sibling)
    top = node_hash(folded, deep[40])
    return (
        {
            f"inclusion_of_{number}": accepts(
                "verify_inclusion",
                LEAVES[number],
                number,
                size,
                inclusion_proof(LEAVES, number),
                ROOT,
            )
            for number in range(size)
        }
        | {
            "inclusion_of_last_beyond_32_bits": accepts("verify_inclusion", *last),
            "inclusion_proof": accepts("inclusion_proof", LEAVES, index, result=proof),
            "inclusion_beyond_32_bits": accepts(
                "verify_inclusion", LEAVES[0], 0, 2**40 + 1, deep, top
            ),
        }
        | {
            f"inclusion_{name}": refuses("log_proof", "verify_inclusion", *arguments)
            for name, arguments in refused.items()
        }
    )


def _consistency() -> dict[str, Vector]:
    old, size = 3, len(LEAVES)
    old_root, proof = root_hash(LEAVES[:old]), consistency_proof(LEAVES, old)
    odd = bytes(31)
    forked = root_hash([*LEAVES[:2], leaf_hash(b"another entry"), *LEAVES[3:]])
    refused = {
        "forked": (old, size, proof, old_root, forked),
        "other_old_root": (old, size, proof, root_hash(LEAVES[:4]), ROOT),
        "other_old_size": (4, size, proof, old_root, ROOT),
        "old_size_2_32_higher": (old + 2**32, size + 2**32, proof, old_root, ROOT),
        "other_new_size": (old, size + 2, proof, old_root, ROOT),
        "backwards": (size, old, proof, ROOT, old_root),
        "swapped_roots": (old, size, proof, ROOT, old_root),
        "truncated": (old, size, proof[:-1], old_root, ROOT),
        "extended": (old, size, [*proof, proof[0]], old_root, ROOT),
        "empty": (old, size, [], old_root, ROOT),
        "first_hash_of_31_bytes": (old, size, [proof[0][:31], *proof[1:]], old_root, ROOT),
        "first_hash_of_31_bytes_in_roots": (
            3,
            4,
            [odd, *LEAVES[:2]],
            node_hash(LEAVES[1], odd),
            node_hash(LEAVES[1], node_hash(odd, LEAVES[0])),
        ),
        "same_size_other_root": (size, size, [], ROOT, forked),
        "same_size_with_proof": (size, size, proof, ROOT, ROOT),
        "from_nothing": (0, size, [], root_hash([]), ROOT),
        "from_nothing_to_nothing": (0, 0, [], root_hash([]), root_hash([])),
        "power_of_two_empty": (4, size, [], root_hash(LEAVES[:4]), ROOT),
    }
    return (
        {
            f"consistency_of_{number}": accepts(
                "verify_consistency",
                number,
                size,
                consistency_proof(LEAVES, number),
                root_hash(LEAVES[:number]),
                ROOT,
            )
            for number in range(1, size + 1)
        }
        | {
            "consistency_proof": accepts("consistency_proof", LEAVES, old, result=proof),
        }
        | {
            f"consistency_{name}": refuses("log_proof", "verify_consistency", *arguments)
            for name, arguments in refused.items()
        }
    )
