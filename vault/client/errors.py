"""Errors of the core: one small tree with stable codes (spec §8)."""

from __future__ import annotations

from typing import ClassVar


class CofferError(Exception):
    """Root of everything that Coffer raises on purpose.

    Code branches on `code` or on the class, never on the message, which is for a developer;
    a person reads the sentence that the user interface holds for the code.
    """

    codes: ClassVar[frozenset[str] | None] = None

    def __init__(self, code: str, message: str) -> None:
        """Take a stable code of spec §8 and what happened, without any secret or file content."""
        if self.codes is not None and code not in self.codes:
            raise ValueError(code)
        super().__init__(message)
        self.code = code


class VerificationError(CofferError):
    """They lied: what arrived cannot be trusted."""


class TransportError(CofferError):
    """The wire failed, or the server's state stood in the way; nothing is wrong with the data."""


class FormatError(VerificationError):
    """Bytes that are not of their one form."""

    codes = frozenset({"format"})


class WrongKeyError(VerificationError):
    """A secret does not open what it should: a wrong password and an altered seal look alike."""

    codes = frozenset({"wrong_key"})


class TamperedError(VerificationError):
    """What was served is not what the member made."""

    codes = frozenset(
        {
            "tampered_content",
            "tampered_manifest",
            "tampered_wrap",
            "tampered_label",
            "tampered_statement",
            "tampered_rollback",
            "tampered_unlisted",
            "tampered_keyring",
            "tampered_key",
        }
    )


class KeyChangedError(VerificationError):
    """A pinned key is another now."""

    codes = frozenset({"key_changed"})


class LogError(VerificationError):
    """The log contradicts what was seen of it."""

    codes = frozenset({"log_fork", "log_truncated", "log_proof"})


class PolicyError(VerificationError):
    """Weaker than the floor."""

    codes = frozenset({"policy_kdf", "policy_password", "policy_key_size"})


class NetworkError(TransportError):
    """No answer, or none that could be used."""

    codes = frozenset({"network"})


class ConflictError(TransportError):
    """Someone was faster; nothing was changed."""

    codes = frozenset({"conflict"})


class QuotaError(TransportError):
    """No room."""

    codes = frozenset({"quota"})


_CLASSES: tuple[type[CofferError], ...] = (
    FormatError,
    WrongKeyError,
    TamperedError,
    KeyChangedError,
    LogError,
    PolicyError,
    NetworkError,
    ConflictError,
    QuotaError,
)
_OWNERS = {code: owner for owner in _CLASSES for code in owner.codes or ()}


def from_code(code: str, message: str) -> CofferError:
    """Return an error of the class that owns a code; CofferError itself for a code outside §8."""
    return _OWNERS.get(code, CofferError)(code, message)
