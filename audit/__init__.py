"""The log: hash chain, Merkle tree, checkpoints, verifier (docs/spec.md §7)."""
