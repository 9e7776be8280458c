"""Transfers that go wrong: nothing half-done looks finished, here or on the server (spec §3.4)."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.client import vaults
from tests.client.person import Interposed, Person
from tests.client.vaults import BLOCK
from tests.server import ROOT, Server
from vault.client.errors import NetworkError
from vault.client.fetcher import Request, Response
from vault.client.parallel import WORKERS
from vault.client.refused import RefusedError

BLOCKS = 7


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """Return a file of more blocks than are ever in flight."""
    file = tmp_path / "big.bin"
    file.write_bytes(os.urandom(BLOCK) * BLOCKS)
    return file


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a file of one block."""
    file = tmp_path / "small.txt"
    file.write_text("small")
    return file


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return an empty folder."""
    folder = tmp_path / "received"
    folder.mkdir()
    return folder


def _stored_blocks(server: Server, person: Person, file: Path) -> list[Path]:
    """Put a file; return its blocks on the server's disk, in order."""
    put = person.run("put", file, "--json")
    assert put.code == 0, put.out
    version = put.json["uploaded"][0]["version"]
    blocks = list((server.data / "blocks").glob(f"*/{version}/*"))
    return sorted(blocks, key=lambda block: int(block.name.partition(".")[0]))


def _flip(block: Path, offset: int) -> None:
    data = bytearray(block.read_bytes())
    data[offset] ^= 1
    block.chmod(0o600)
    block.write_bytes(data)


def test_flipped_bit_on_the_disk_is_tampering_and_leaves_no_file(
    server: Server, owner: Person, big: Path, small: Path, target: Path
) -> None:
    blocks = _stored_blocks(server, owner, big)
    assert len(blocks) == BLOCKS
    _flip(blocks[-1], -1)
    owner.run("put", small)
    result = owner.run("get", "big.bin", "small.txt", "-o", target, "--json")
    assert (result.code, result.codes) == (3, ["tampered_content"])
    # The other file is not the server's victim and arrives.
    assert [path.name for path in target.iterdir()] == ["small.txt"]


def test_swapped_blocks_on_the_disk_are_tampering(
    server: Server, owner: Person, big: Path, target: Path
) -> None:
    first, second = _stored_blocks(server, owner, big)[:2]
    one, two = first.read_bytes(), second.read_bytes()
    for block, data in ((first, two), (second, one)):
        block.chmod(0o600)
        block.write_bytes(data)
    result = owner.run("get", "big.bin", "-o", target)
    assert result.code == 3
    assert result.err.startswith("This file was changed after you stored it")
    assert list(target.iterdir()) == []


def test_killed_download_leaves_nothing_that_looks_finished(
    owner: Person, big: Path, target: Path
) -> None:
    assert owner.run("put", big).code == 0
    process = _start_get(owner, target)
    process.kill()
    process.communicate()
    assert all(path.match(".coffer-*.part") for path in target.iterdir())
    # And it is no obstacle: the same command works afterwards.
    assert owner.run("get", "big.bin", "-o", target).code == 0
    assert (target / "big.bin").read_bytes() == big.read_bytes()


def test_terminated_download_cleans_up(owner: Person, big: Path, target: Path) -> None:
    assert owner.run("put", big).code == 0
    process = _start_get(owner, target)
    process.terminate()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert '"cancelled"' in out
    assert list(target.iterdir()) == []


def _start_get(person: Person, target: Path) -> subprocess.Popen[str]:
    """Start a download and return while it is writing."""
    process = person.start("get", "big.bin", "-o", target, "--json")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(path.stat().st_size >= BLOCK for path in target.glob(".coffer-*.part")):
            assert process.poll() is None
            return process
        time.sleep(0.002)
    raise AssertionError("the download did not begin")


def test_full_disk_leaves_no_file(owner: Person, big: Path, target: Path) -> None:
    assert owner.run("put", big).code == 0
    command = owner.command("get", "big.bin", "-o", target, "--json")
    # No file may grow beyond 20 MB: writing fails as on a full disk.
    result = subprocess.run(
        ["bash", "-c", 'ulimit -f 20000; exec "$@"', "bash", *command],
        cwd=ROOT,
        env={**os.environ, "COFFER_PASSWORD": owner.password},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert '"file_unwritable"' in result.stdout
    assert list(target.iterdir()) == []


def test_file_that_appears_meanwhile_is_not_replaced(
    owner: Person, small: Path, target: Path
) -> None:
    vaults.put(owner.unlock(), small)
    path = target / "small.txt"

    def write_it(request: Request, response: Response) -> Response:
        if "/versions/" in request.path:
            path.write_text("mine")
        return response

    (error,) = vaults.get(owner.unlock(Interposed(owner.url, write_it)), "small.txt", path)
    assert error.code == "file_exists"
    assert [path.name for path in target.iterdir()] == ["small.txt"]
    assert path.read_text() == "mine"


@pytest.mark.parametrize("change", ["append", "truncate", "rewrite"])
def test_file_that_changes_while_it_is_read_is_not_uploaded(
    owner: Person, big: Path, small: Path, change: str
) -> None:
    def change_it(request: Request, response: Response) -> Response:
        if request.path.endswith("/blocks/3"):
            with big.open("r+b") as file:
                file.seek(BLOCK * BLOCKS if change == "append" else BLOCK)
                if change == "truncate":
                    file.truncate()
                else:
                    file.write(b"changed")
        return response

    between = Interposed(owner.url, change_it)
    uploads, errors = vaults.send(owner.unlock(between), big, small)
    assert [upload.source.name for upload in uploads] == ["small.txt"]
    assert [(error.code, error.subject) for error in errors if isinstance(error, RefusedError)] == [
        ("file_changed", str(big))
    ]
    opened = {_version(request) for request in between.requests if "/blocks/" in request.path}
    cancelled = {_version(request) for request in between.requests if request.method == "DELETE"}
    assert cancelled == opened - {uploads[0].version}
    for version in cancelled:
        with pytest.raises(RefusedError, match="not_found"):
            owner.unlock().api.channel.call("GET", f"uploads/{version}")


def _version(request: Request) -> str:
    return request.path.split("/")[4]


def test_dead_network_commits_nothing(owner: Person, big: Path) -> None:
    def cut(request: Request, response: Response) -> Response:
        if request.path.endswith("/blocks/5"):
            raise NetworkError("network", "cut")
        return response

    between = Interposed(owner.url, cut)
    with pytest.raises(NetworkError):
        vaults.send(owner.unlock(between), big)
    assert [request.method for request in between.requests][-1] == "DELETE"
    assert owner.names() == []


def test_every_lost_answer_is_asked_for_again(owner: Person, big: Path, target: Path) -> None:
    lost: set[str] = set()

    def lose_first(request: Request, response: Response) -> Response:
        # What cannot be repeated, and the first contact, fail at once; all else is repeated.
        if request.path.endswith("/session") or request.path in lost:
            return response
        lost.add(request.path)
        raise NetworkError("network", "lost")

    vault = owner.unlock(Interposed(owner.url, lose_first))
    before = len(vault.directory["chain"])
    vaults.put(vault, big)
    assert vaults.get(vault, "big.bin", target / "big.bin") == []
    assert (target / "big.bin").read_bytes() == big.read_bytes()
    # The statement whose answer was lost is in the chain once.
    assert len(owner.unlock().directory["chain"]) == before + 1
    assert len(lost) > 2 * BLOCKS


def test_expired_capability_is_renewed(owner: Person, big: Path, target: Path) -> None:
    vaults.put(owner.unlock(), big)
    offers = 0

    def expire(request: Request, response: Response) -> Response:
        nonlocal offers
        offers += request.path.endswith("/downloads")
        # The hour of the first capability is over before its first block arrives.
        if "Coffer-Capability" in request.headers and offers == 1:
            return Response(403, b'{"code":"capability_invalid","detail":""}')
        return response

    vault = owner.unlock(Interposed(owner.url, expire))
    assert vaults.get(vault, "big.bin", target / "big.bin") == []
    assert (target / "big.bin").read_bytes() == big.read_bytes()
    assert 2 <= offers <= WORKERS + 1
