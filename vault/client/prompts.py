"""Where secrets and names come from: a prompt, the environment or a file, never an argument."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from vault.client.errors import PolicyError
from vault.client.refused import RefusedError

_VARIABLE = "COFFER_PASSWORD"
_SHORTEST = 8


def ask_username(given: str) -> str:
    """Return the name given on the command line, or ask for it."""
    name = given or _ask("Username: ")
    if not name:
        raise RefusedError("username_required")
    return name


def read_password(file: Path | None) -> str:
    """Return the password from the file, else from the environment, else from a prompt.

    A file's one trailing line end is not part of the password; nothing else is trimmed.
    """
    password = _given_password(file)
    if password is None:
        password = _ask_secret("Password: ")
    if not password:
        raise RefusedError("password_required")
    return password


def choose_password(file: Path | None) -> str:
    """Return a new password, asked for twice at a prompt. PolicyError below 8 characters."""
    password = _given_password(file)
    if password is None:
        password = _ask_secret("Password (at least 8 characters): ")
        if password != _ask_secret("Confirm password: "):
            raise RefusedError("password_mismatch")
    if len(password) < _SHORTEST:
        raise PolicyError("policy_password", "password: too short")
    return password


def confirm_recovery_key(words: Sequence[str]) -> None:
    """Show a recovery key once and ask for it back; RefusedError `recovery_mismatch` otherwise."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RefusedError("recovery_terminal")
    rows = [words[start : start + 6] for start in range(0, len(words), 6)]
    _tell("Your recovery key opens the vault when the password is lost. It is shown only now:\n")
    for row in rows:
        _tell("  " + " ".join(row))
    _tell("\nWrite it down and keep it away from this machine.")
    if _ask("Confirm recovery key: ").lower().split() != list(words):
        raise RefusedError("recovery_mismatch")


def write_recovery_file(path: Path, words: Sequence[str]) -> None:
    """Write a recovery key to a new file for the owner alone; RefusedError if it exists already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as cause:
        raise RefusedError("recovery_file", str(path)) from cause
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(" ".join(words) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _given_password(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(_VARIABLE)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise RefusedError("file_unreadable", str(file)) from cause
    return text.removesuffix("\n").removesuffix("\r")


def _ask_secret(prompt: str) -> str:
    # Without a terminal getpass would read the password with echo from whatever stdin is.
    if not sys.stdin.isatty():
        raise RefusedError("password_required")
    return getpass.getpass(prompt)


def _ask(prompt: str) -> str:
    """Ask on the error stream, so that --json keeps the output to itself."""
    print(prompt, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
