"""The vault: opaque rows, signed statements, ciphertext blocks (docs/spec.md §1-§6)."""
