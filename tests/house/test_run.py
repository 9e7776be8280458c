"""`make run` on this machine: it answers, says what to do next, and stops on request."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.server import ROOT, free_port

PATIENCE = 120.0  # seconds: the first start may have to build the static files


class Run:
    """One `make run` in a session of its own, as a terminal would have it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.data = folder / "data"
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=ROOT,
                env=environment(self.data, self.port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            # Whoever else took this port meanwhile would answer too, but has not said so here.
            said = f"http://localhost:{self.port}" in self.output.read_text()
            try:
                if said and requests.get(f"http://localhost:{self.port}/readyz", timeout=5).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def members(self) -> list[int]:
        """Return the processes of the session that still run (proc(5): state and session)."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, _, session = entry.read_text().rpartition(") ")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(session) == self.process.pid and state != "Z":
                found.append(int(entry.parent.name))
        return found


def environment(data: Path, port: int) -> dict[str, str]:
    """Return what a person's shell would hand over: nothing of this run's own settings or make."""
    ours = ("COFFER_", "DJANGO_", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "COFFER_DATA": str(data), "PORT": str(port)}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGTERM)
        started.process.wait(PATIENCE)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_cleanly(run: Run, stop: signal.Signals) -> None:
    run.wait_until_ready()
    said = run.output.read_text()
    assert f"http://localhost:{run.port}" in said
    assert "make operator" in said
    assert stat.S_IMODE((run.data / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(run.data.stat().st_mode) == 0o700
    os.killpg(run.process.pid, stop)
    run.process.wait(PATIENCE)
    assert run.members() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", run.port))
    # What supervisord says of a program that ends by itself.
    assert "exited:" not in run.output.read_text()


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = subprocess.run(
            ["make", "run"],
            cwd=ROOT,
            env=environment(tmp_path, port),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert answer.returncode != 0
    assert f"Port {port} is in use" in answer.stderr
    assert "Traceback" not in answer.stderr
