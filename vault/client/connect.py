"""From the command line to a session, and from a session to an unlocked vault for one command."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from vault.client import prompts
from vault.client.api import Api
from vault.client.channel import Channel
from vault.client.fetcher import HttpFetcher
from vault.client.profile import Profile
from vault.client.refused import RefusedError
from vault.client.session import Session
from vault.client.vault import Vault


def connect(args: argparse.Namespace) -> Session:
    """Return a session with the server of the arguments, or else of the profile.

    Raises RefusedError `server_required`, `profile_taken` for a profile of another server.
    """
    profile = Profile(args.profile)
    kept = profile.load()
    server = args.server or (kept.server if kept else "")
    if not server:
        raise RefusedError("server_required")
    # A cookie is for the server that set it.
    if kept and kept.server != server:
        raise RefusedError("profile_taken", kept.username)
    channel = Channel(HttpFetcher(server), kept.cookies if kept else {})
    return Session(Api(channel), profile, server)


@contextmanager
def unlocked(args: argparse.Namespace) -> Iterator[Vault]:
    """Unlock the vault for one command and keep what was verified in it, come what may."""
    session = connect(args)
    vault = session.unlock(lambda: prompts.read_password(args.password_file))
    try:
        yield vault
    finally:
        session.keep(vault)
