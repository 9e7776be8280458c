"""The operations of the API, one class each; nothing here writes or decides (spec §6)."""
