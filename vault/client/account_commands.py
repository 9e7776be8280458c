"""The commands signup, login and lock (spec §6.1)."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from vault.client import prompts
from vault.client.connect import connect
from vault.client.profile import State
from vault.client.refused import RefusedError
from vault.client.report import Report
from vault.client.text import inert


def signup(args: argparse.Namespace, report: Report) -> None:
    """Make an account; nothing exists on the server before the recovery key is confirmed."""
    session = connect(args)
    username = prompts.ask_username(args.username)
    password = prompts.choose_password(args.password_file)
    written = False

    def confirm(words: Sequence[str]) -> None:
        nonlocal written
        if args.recovery_file is None:
            prompts.confirm_recovery_key(words)
        else:
            prompts.write_recovery_file(args.recovery_file, words)
            written = True

    try:
        state = session.sign_up(username, password, confirm)
    except RefusedError:
        # Only a refusal says for sure that there is no account whose key the file might be.
        if written:
            args.recovery_file.unlink(missing_ok=True)
        raise
    _tell(report, state, "Made the account")


def login(args: argparse.Namespace, report: Report) -> None:
    """Sign in, open and check the vault; keep the session cookie and the mark."""
    session = connect(args)
    username = prompts.ask_username(args.username)
    state = session.sign_in(username, prompts.read_password(args.password_file))
    _tell(report, state, "Signed in as")


def lock(args: argparse.Namespace, report: Report) -> None:
    """Sign out and forget everything but the mark."""
    connect(args).lock()
    report.say("Locked; run login to go on.")


def _tell(report: Report, state: State, what: str) -> None:
    report.put(server=state.server, user=state.user, username=state.username)
    report.say(f"{what} {inert(state.username)} at {state.server}.")
