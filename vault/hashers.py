"""Argon2 with a bound on how many hashes one process computes at once (OWASP ASVS 5.0, 15.1.3)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import Argon2PasswordHasher

from vault.exceptions import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = "Many people are signing in right now; please try again in a few seconds."
RETRY_AFTER = 5  # seconds


class Gate:
    """Lets `running` callers in at once and `waiting` more stand in line for `patience` seconds.

    Each hash takes 100 MiB and a core: without a bound a few hundred sign-ins at once, which cost
    their sender nothing, would take the server's memory. And without a bound on the line they would
    take every thread, and with them the requests of everyone who is signed in.
    """

    def __init__(self, running: int, waiting: int, patience: float) -> None:
        self._line = threading.Semaphore(running + waiting)
        self._running = threading.Semaphore(running)
        self._patience = patience

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold a place while the block runs. Raises Refusal `throttled`."""
        if not self._line.acquire(blocking=False):
            raise Refusal("throttled", BUSY, retry_after=RETRY_AFTER)
        try:
            if not self._running.acquire(timeout=self._patience):
                raise Refusal("throttled", BUSY, retry_after=RETRY_AFTER)
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._line.release()


# A process has eight threads: two hash and two wait, so that half of them always serve the others.
GATE = Gate(running=2, waiting=2, patience=10)


class GatedArgon2PasswordHasher(Argon2PasswordHasher):
    """Django's Argon2id hasher behind the gate, for login keys and operators' passwords alike."""

    def encode(self, password: str, salt: str) -> str:
        with GATE.passing():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with GATE.passing():
            return super().verify(password, encoded)
