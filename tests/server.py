"""A real Coffer server in processes of its own, for tests that go through the wire."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a start or a stop on a busy machine


class Server:
    """gunicorn and the jobs on a data folder and a free port of their own.

    `url` is the public address, `data` the data folder, `log` the file that both processes write
    to. start() and stop() may alternate; what is in `data` stays.
    """

    def __init__(self, folder: Path, static: Path, **settings: str) -> None:
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = settings.get("COFFER_PUBLIC_URL", f"http://localhost:{self.port}")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("COFFER_")}
        self.environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "COFFER_DATA": str(self.data),
            "COFFER_STATIC_ROOT": str(static),
            "PORT": str(self.port),
            **settings,
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def manage(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a manage.py command on this server's data and return its output; it may fail."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
            check=False,
        )

    def must(self, *arguments: str, **settings: str) -> str:
        """Run a manage.py command that has to work, and return its output."""
        done = self.manage(*arguments, **settings)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stderr}")
        return done.stdout

    def migrate(self) -> None:
        """Bring the database up to date."""
        self.must("migrate", "--noinput", "--verbosity", "0")

    def start(self, *, jobs: bool = True) -> None:
        """Start the web server, and the jobs unless told otherwise; return once it is ready."""
        self._spawn("-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi")
        if jobs:
            self._spawn("manage.py", "jobs")
        self._wait_until_ready()

    def stop(self) -> None:
        """Ask every process to stop, by its own id, and wait; kill one that does not."""
        processes, self._processes = self._processes, []
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """Stop every process at once, as a power cut would."""
        processes, self._processes = self._processes, []
        for process in processes:
            # gunicorn's workers notice that their parent is gone, but only within a second.
            for pid in [*children(process.pid), process.pid]:
                os.kill(pid, 9)
            process.wait()

    def log_text(self) -> str:
        """Return what the processes have logged so far."""
        return self.log.read_text(errors="replace")

    def _spawn(self, *arguments: str) -> None:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._processes.append(process)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        # The loopback address, whatever public address the test asked for.
        address = f"http://127.0.0.1:{self.port}/readyz"
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                if requests.get(address, timeout=5).ok:
                    return
            except requests.RequestException:  # refused, or slow on a busy machine
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"the server did not become ready:\n{self.log_text()}")


def collect_static(folder: Path) -> None:
    """Build the static files once, for every server of a run."""
    # Only the settings are read here, but they make a data folder, which must not be anyone's.
    Server(folder / "unused", folder).must("collectstatic", "--noinput", "--verbosity", "0")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def children(pid: int) -> list[int]:
    """Return the ids of a process's direct children (proc(5))."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]
