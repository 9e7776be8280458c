"""What a command says: lines for a person, or one JSON object, and the exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from vault.client.errors import CofferError, KeyChangedError, LogError, TamperedError
from vault.client.messages import sentence
from vault.client.refused import RefusedError

DONE, FAILED, USAGE, TAMPERED = range(4)


class Report:
    """Collects what was done and what was not; says it all in close()."""

    def __init__(self, as_json: bool) -> None:
        """Take whether a program reads it."""
        self.as_json = as_json
        self.errors: list[CofferError] = []
        self._answer: dict[str, object] = {}
        self._lines: list[str] = []

    def begin(self, key: str) -> None:
        """Make an empty list in the JSON object, to which rows may be added."""
        self._answer[key] = []

    def add(self, key: str, row: Mapping[str, object]) -> None:
        """Add a row to a list of the JSON object."""
        rows = self._answer[key]
        if isinstance(rows, list):
            rows.append(row)

    def put(self, **members: object) -> None:
        """Set members of the JSON object."""
        self._answer.update(members)

    def say(self, line: str) -> None:
        """Add a line for a person; its untrusted parts must be inert already."""
        self._lines.append(line)

    def close(self) -> int:
        """Print everything: the errors' sentences to the error stream. Return the exit code."""
        if self.as_json:
            errors = [_error_row(error) for error in self.errors]
            print(json.dumps({**self._answer, "errors": errors}, ensure_ascii=False))
        else:
            for line in self._lines:
                print(line)
            for error in self.errors:
                print(sentence(error), file=sys.stderr)
        return max((_exit_code(error) for error in self.errors), default=DONE)


def _error_row(error: CofferError) -> dict[str, str]:
    subject = error.subject if isinstance(error, RefusedError) else ""
    return {"code": error.code, "detail": sentence(error), "subject": subject}


def _exit_code(error: CofferError) -> int:
    if error.code == "server_required":
        return USAGE
    # A key or a log that is another now is what tampering looks like from here.
    return TAMPERED if isinstance(error, TamperedError | KeyChangedError | LogError) else FAILED
