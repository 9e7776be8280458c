"""The command line: `python -m vault.client --server URL --profile DIR COMMAND`."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

from vault.client.fetcher import parse_origin
from vault.client.messages import sentence
from vault.client.refused import RefusedError

_DESCRIPTION = """\
Keep files on a Coffer server, encrypted before they leave this machine.

The profile folder keeps who you are, the session cookie and the newest state of
your vault that was verified, but no password and no key: every command that opens
the vault asks for the password (or takes it from COFFER_PASSWORD or --password-file)
and unlocks for as long as it runs."""
_EPILOG = "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 tampering detected."


def make_parser() -> argparse.ArgumentParser:
    """Build the parser of all commands; `command` of its result is the command's name."""
    parser = argparse.ArgumentParser(
        prog="python -m vault.client",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_make_common()],
        allow_abbrev=False,
    )
    parser.set_defaults(json=False, password_file=None)
    parser.add_argument(
        "--server",
        metavar="URL",
        type=_server,
        help="the server's address (once you signed in, the profile knows it)",
    )
    parser.add_argument(
        "--profile",
        metavar="DIR",
        type=Path,
        default=Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "coffer",
        help="where this machine keeps your profile (default: %(default)s)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    # The same options after the command; absent there, the value given before it stands.
    after = _make_common()

    # No abbreviations: `--password` must be an error, not a `--password-file`.
    add = partial(commands.add_parser, parents=[after], allow_abbrev=False)

    signup = add("signup", help="make an account and a vault")
    _add_username(signup)
    signup.add_argument(
        "--recovery-file",
        metavar="FILE",
        type=Path,
        help="write the recovery key to this new file instead of showing it",
    )
    login = add("login", help="sign in and check the vault")
    _add_username(login)
    add("lock", help="sign out and forget all but the mark")

    listing = add("ls", help="list the files")
    listing.add_argument("--trash", action="store_true", help="list the trash")
    put = add("put", help="encrypt and upload files")
    put.add_argument("files", metavar="FILE", nargs="+", type=Path)
    get = add("get", help="download and decrypt files")
    get.add_argument("names", metavar="NAME", nargs="+", help="a name, a path or a file's id")
    get.add_argument(
        "-o", "--output", metavar="PATH", type=Path, help="a folder, or a file for one NAME"
    )
    get.add_argument("--force", action="store_true", help="replace files that exist")
    remove = add("rm", help="move files to the trash")
    remove.add_argument("names", metavar="NAME", nargs="+", help="a name, a path or a file's id")
    remove.add_argument("--forever", action="store_true", help="destroy them with all versions")
    restore = add("restore", help="bring files back from trash")
    restore.add_argument("names", metavar="NAME", nargs="+", help="a name, a path or a file's id")
    return parser


def _add_username(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "username", metavar="USERNAME", nargs="?", default="", help="your name (else asked for)"
    )


def _server(text: str) -> str:
    try:
        return parse_origin(text)
    except RefusedError as error:
        raise argparse.ArgumentTypeError(sentence(error)) from error


def _make_common() -> argparse.ArgumentParser:
    """Build the options that may stand before or after the command."""
    parser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.add_argument(
        "--password-file", metavar="FILE", type=Path, help="read the password from this file"
    )
    return parser
