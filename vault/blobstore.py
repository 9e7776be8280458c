"""Where ciphertext blocks lie: one small protocol, and the file system behind it (spec §3.2, §6.2).

A block is named by (version, index, digest) and never changes under its name. `put` returns when
the block would survive a power cut.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from uuid import UUID

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1_048_576


class BlockError(Exception):
    """What arrived is not the block that was announced; nothing of it was kept."""


class BlockLengthError(BlockError):
    """The stream ended early."""


class BlockDigestError(BlockError):
    """The bytes have another digest."""


class Source(Protocol):
    """What a block is read from: a request's body."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block that lies in the store; `digest` in hex, `size` in bytes."""

    index: int
    digest: str
    size: int
    stored_at: datetime


class BlockStore(Protocol):
    """Durable storage of blocks. Every method may raise OSError."""

    def prepare(self, version: UUID) -> None:
        """Make room for a version's blocks; called before its upload is opened."""

    def put(self, version: UUID, index: int, digest: str, size: int, source: Source) -> None:
        """Store `size` bytes of `source`, durably. Raises BlockLengthError, BlockDigestError."""

    def open(self, version: UUID, index: int, digest: str) -> BinaryIO:
        """Return the block for reading. Raises FileNotFoundError."""

    def holds(self, version: UUID, index: int, digest: str) -> bool:
        """Say whether the block lies in the store."""

    def remove(self, version: UUID, index: int, digest: str) -> None:
        """Remove one block, if it is there."""

    def remove_version(self, version: UUID) -> None:
        """Remove all blocks of a version, if there are any."""

    def tidy(self, version: UUID, before: datetime) -> None:
        """Remove what writers that died before this moment left of a version."""

    def versions(self) -> Iterator[UUID]:
        """Yield every version that has a place in the store."""

    def blocks(self, version: UUID) -> Iterator[StoredBlock]:
        """Yield the blocks of a version, in no order."""


def block_store() -> BlockStore:
    """Return the store that the settings name."""
    return FilesystemStore(settings.COFFER_DATA / "blocks")


class FilesystemStore:
    """Blocks as files `<root>/<first two of version>/<version>/<index>.<digest>`, mode 0400."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self, version: UUID) -> None:
        """Make the version's folder; its name is durable when this returns."""
        folder = self._folder(version)
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for parent in (folder.parent, self.root, self.root.parent):
                _sync_folder(parent)

    def put(self, version: UUID, index: int, digest: str, size: int, source: Source) -> None:
        """Write beside the final name, check, fsync, rename, fsync the folder: restic's order.

        Under its final name a block is thus always whole, and after the last step for good.
        """
        self.prepare(version)
        final = self._path(version, index, digest)
        with _temporary(final) as (descriptor, temporary):
            if _copy(source, descriptor, size) != digest:
                raise BlockDigestError
            os.fsync(descriptor)
            temporary.rename(final)
        _sync_folder(final.parent)

    def open(self, version: UUID, index: int, digest: str) -> BinaryIO:
        return self._path(version, index, digest).open("rb")

    def holds(self, version: UUID, index: int, digest: str) -> bool:
        return self._path(version, index, digest).is_file()

    def remove(self, version: UUID, index: int, digest: str) -> None:
        self._path(version, index, digest).unlink(missing_ok=True)

    def remove_version(self, version: UUID) -> None:
        for block in self.blocks(version):
            self.remove(version, block.index, block.digest)
        self._remove_folder(version)

    def tidy(self, version: UUID, before: datetime) -> None:
        for path in self._folder(version).glob(".*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
        self._remove_folder(version)

    def versions(self) -> Iterator[UUID]:
        for folder in self.root.glob("??/*"):
            with suppress(ValueError):
                yield UUID(folder.name)

    def blocks(self, version: UUID) -> Iterator[StoredBlock]:
        for path in self._folder(version).glob("*.*"):
            index, _, digest = path.name.partition(".")
            # A temporary name begins with a dot: it belongs to a writer that may be alive.
            if not index or not path.is_file():
                continue
            status = path.stat()
            stored_at = datetime.fromtimestamp(status.st_mtime, UTC)
            yield StoredBlock(int(index), digest, status.st_size, stored_at)

    def _remove_folder(self, version: UUID) -> None:
        """Remove the folder, unless something lies in it or somebody writes into it right now."""
        with suppress(OSError):
            self._folder(version).rmdir()

    def _folder(self, version: UUID) -> Path:
        name = str(version)
        return self.root / name[:2] / name

    def _path(self, version: UUID, index: int, digest: str) -> Path:
        return self._folder(version) / f"{index}.{digest}"


@contextmanager
def _temporary(final: Path) -> Iterator[tuple[int, Path]]:
    """Open a new file beside `final`; whatever still has the temporary name goes at the end."""
    path = final.parent / f".{final.name[:12]}.{secrets.token_hex(8)}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        yield descriptor, path
    finally:
        os.close(descriptor)
        path.unlink(missing_ok=True)


def _copy(source: Source, descriptor: int, size: int) -> str:
    """Copy `size` bytes in pieces; return their digest in hex. Raises BlockLengthError."""
    digest = hashlib.sha256()
    left = size
    while left:
        piece = source.read(min(left, CHUNK))
        if not piece:
            raise BlockLengthError
        digest.update(piece)
        _write_all(descriptor, piece)
        left -= len(piece)
    return digest.hexdigest()


def _write_all(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
