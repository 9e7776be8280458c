"""Blocks on disk: whole, durable and read-only under their name, or not there (spec §3.2, §6.2)."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.vault.drafts import hash_of, make_bytes
from vault import blobstore
from vault.blobstore import BlockDigestError, BlockLengthError, FilesystemStore


def files(store: FilesystemStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def put(store: FilesystemStore, version: UUID, data: bytes, index: int = 0) -> None:
    store.put(version, index, hash_of(data), len(data), io.BytesIO(data))


def test_stores_a_block_under_version_index_and_digest(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(3_000_000)
    put(store, version, data, 7)
    path = store.root / str(version)[:2] / str(version) / f"7.{hash_of(data)}"
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert store.holds(version, 7, hash_of(data))
    with store.open(version, 7, hash_of(data)) as stored:
        assert stored.read() == data
    assert list(store.versions()) == [version]
    (block,) = store.blocks(version)
    assert (block.index, block.digest, block.size) == (7, hash_of(data), len(data))


def test_the_same_block_again_is_the_same(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(100)
    put(store, version, data)
    put(store, version, data)
    assert len(files(store)) == 1


def test_a_wrong_digest_leaves_nothing(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(100)
    with pytest.raises(BlockDigestError):
        store.put(version, 0, "0" * 64, len(data), io.BytesIO(data))
    assert files(store) == []


def test_a_stream_that_ends_early_leaves_nothing(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(100)
    with pytest.raises(BlockLengthError):
        store.put(version, 0, hash_of(data), len(data) + 1, io.BytesIO(data))
    assert files(store) == []


def test_reads_no_byte_more_than_it_was_told(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(100)
    source = io.BytesIO(data + b"more")
    store.put(version, 0, hash_of(data), len(data), source)
    assert source.read() == b"more"


def test_a_broken_connection_leaves_nothing(store: FilesystemStore) -> None:
    class Broken:
        def __init__(self) -> None:
            self.pieces = [b"x" * 10]

        def read(self, _size: int) -> bytes:
            if not self.pieces:
                raise OSError("connection lost")
            return self.pieces.pop()

    with pytest.raises(OSError, match="connection lost"):
        store.put(uuid4(), 0, "0" * 64, 100, Broken())
    assert files(store) == []


def test_durable_in_this_order(store: FilesystemStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes before name, name before the answer; the folder's own name before the first block."""
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        steps.append(f"sync {'folder' if path.is_dir() else 'bytes'} {path.name[:1]}")
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Any:
        steps.append(f"rename {self.name[:1]} {target.name[:1]}")
        return real_rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    version, data = UUID("aaaaaaaa-0000-4000-8000-000000000000"), make_bytes(10)
    put(store, version, data)
    root = store.root.parent.name[:1]
    assert steps == [
        "sync folder a",
        "sync folder b",
        f"sync folder {root}",
        "sync bytes .",
        "rename . 0",
        "sync folder a",
    ]


def test_memory_stays_constant(store: FilesystemStore) -> None:
    class Counting:
        def __init__(self, size: int) -> None:
            self.left, self.largest = size, 0

        def read(self, size: int) -> bytes:
            self.largest = max(self.largest, size)
            piece = b"\0" * min(size, self.left)
            self.left -= len(piece)
            return piece

    size = 8_388_608
    source = Counting(size)
    store.put(uuid4(), 0, hashlib.sha256(bytes(size)).hexdigest(), size, source)
    assert source.largest <= blobstore.CHUNK


def test_removes_one_block_or_all(store: FilesystemStore) -> None:
    version, first, second = uuid4(), make_bytes(10), make_bytes(10)
    put(store, version, first)
    put(store, version, second, 1)
    store.remove(version, 0, hash_of(first))
    assert files(store) == [f"1.{hash_of(second)}"]
    store.remove(version, 0, hash_of(first))
    store.remove_version(version)
    store.remove_version(version)
    assert files(store) == []
    assert list(store.versions()) == []


def test_removal_spares_a_block_that_is_being_written(store: FilesystemStore) -> None:
    version, data = uuid4(), make_bytes(10)

    class Removing:
        """A body during which the version is removed."""

        def __init__(self) -> None:
            self.rest = io.BytesIO(data)

        def read(self, size: int) -> bytes:
            store.remove_version(version)
            return self.rest.read(size)

    store.put(version, 0, hash_of(data), len(data), Removing())
    assert store.holds(version, 0, hash_of(data))


def test_tidies_what_a_dead_writer_left(store: FilesystemStore) -> None:
    version = uuid4()
    store.prepare(version)
    folder = store.root / str(version)[:2] / str(version)
    (folder / ".0.abc.dead").write_bytes(b"half")
    now = datetime.now(UTC)
    store.tidy(version, now - timedelta(hours=1))
    assert files(store) == [".0.abc.dead"]
    assert list(store.blocks(version)) == []
    store.tidy(version, now + timedelta(hours=1))
    assert list(store.versions()) == []
