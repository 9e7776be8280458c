"""A real PostgreSQL in a temporary folder, for tests; started by itself, stopped with them.

    python -m tests.postgres COMMAND …

runs a command with COFFER_DATABASE_URL naming a fresh database, and returns its exit code.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

PATIENCE = 60.0  # seconds for a start or a stop on a busy machine
# Clients are killed here, never the machine: what fsync saves from a power cut is not tested.
OPTIONS = ("listen_addresses=", "fsync=off", "max_connections=100")


class Postgres:
    """One running server that listens on a Unix socket in its own folder alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def make_database(self) -> str:
        """Create an empty database and return its address, as COFFER_DATABASE_URL takes it."""
        self._made += 1
        name = f"coffer{self._made}"
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgres://postgres@{quote(str(self.folder), safe='')}/{name}"

    def answers(self) -> bool:
        """Say whether the server takes connections yet."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server, and stop and remove it at the end."""
    # Not below a test's own folder: a socket's path has 107 characters at most (unix(7)).
    folder = Path(tempfile.mkdtemp(prefix="coffer-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _initialise(folder)
        with (folder / "log").open("wb") as log, _serve(folder, log.fileno()):
            yield Postgres(folder)
    finally:
        shutil.rmtree(folder)


def _initialise(folder: Path) -> None:
    subprocess.run(
        [
            *_as_postgres(),
            _program("initdb"),
            f"--pgdata={folder / 'data'}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )


@contextmanager
def _serve(folder: Path, log: int) -> Iterator[None]:
    options = [f"-c{option}" for option in (*OPTIONS, f"unix_socket_directories={folder}")]
    process = subprocess.Popen(
        [*_as_postgres(), _program("postgres"), "-D", str(folder / "data"), *options],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=folder,
    )
    try:
        _wait_until_ready(folder, process)
        yield
    finally:
        # The fast shutdown: open transactions are rolled back (postgres(1)).
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(folder: Path, process: subprocess.Popen[bytes]) -> None:
    server = Postgres(folder)
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.05)


def _as_postgres() -> list[str]:
    """Return what stands before a command: PostgreSQL refuses to run as root."""
    # A test run that is killed takes its server with it.
    setpriv = ["setpriv", "--pdeathsig=INT"]
    if os.getuid() == 0:
        setpriv += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
    return setpriv


def _program(name: str) -> str:
    """Return the path of the newest installed version (Debian keeps them off the PATH)."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
    )
    if not found:
        raise RuntimeError(f"{name} is not installed: apt-get install postgresql")
    return str(found[-1])


def main(command: list[str]) -> int:
    """Run a command against a fresh database; return its exit code."""
    with running_postgres() as server:
        environment = {**os.environ, "COFFER_DATABASE_URL": server.make_database()}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
