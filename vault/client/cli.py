"""The command-line client: arguments in, exit code out, every failure as one sentence (spec §8)."""

from __future__ import annotations

import argparse
import io
import resource
import signal
import sys
from collections.abc import Callable, Sequence

from vault.client import account_commands, file_commands, transfer_commands
from vault.client.arguments import make_parser
from vault.client.errors import CofferError
from vault.client.refused import RefusedError
from vault.client.report import Report

_COMMANDS: dict[str, Callable[[argparse.Namespace, Report], None]] = {
    "signup": account_commands.signup,
    "login": account_commands.login,
    "lock": account_commands.lock,
    "ls": file_commands.ls,
    "put": transfer_commands.put,
    "get": transfer_commands.get,
    "rm": file_commands.rm,
    "restore": file_commands.restore,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Return 0 done, 1 refused or failed, 3 tampering detected.

    Raises SystemExit with 2 for a usage error, as argparse does.
    """
    args = make_parser().parse_args(arguments)
    _prepare_process()
    report = Report(args.json)
    try:
        _COMMANDS[args.command](args, report)
    except CofferError as error:
        report.errors.append(error)
    except (KeyboardInterrupt, EOFError):
        report.errors.append(RefusedError("cancelled"))
    return report.close()


def _prepare_process() -> None:
    # Ends as Ctrl+C does: temporary files are removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A core dump would hold keys.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a name must not make the command fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
