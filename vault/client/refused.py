"""Refusals that say nothing against the data: what was asked for cannot be done (spec §6)."""

from __future__ import annotations

from vault.client.errors import CofferError


class RefusedError(CofferError):
    """The client or the server declines. Its code is one of spec §6 or of messages.SENTENCES."""

    def __init__(self, code: str, subject: str = "") -> None:
        """Take a code and what it is about: a name or path as the person typed it."""
        super().__init__(code, f"{code}: {subject}" if subject else code)
        self.subject = subject
