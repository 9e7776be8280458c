"""Every write of a vault: one function, one transaction, one log entry, last (spec §5-§7)."""
