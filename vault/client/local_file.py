"""A file on this machine that is being uploaded, held to the state it was opened in (spec §3.2)."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from vault.client.blocks import block_plaintext_length
from vault.client.refused import RefusedError

_FULL_BLOCK = block_plaintext_length(2**40, 0)


class LocalFile:
    """An open regular file; several threads may read blocks of it at once.

    `length` is in bytes, `modified` in ms.
    """

    def __init__(self, path: Path) -> None:
        """Open it. RefusedError `file_unreadable` if it is no regular file or may not be read."""
        try:
            # Not blocking: to open a pipe would wait for somebody to write into it.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except (OSError, ValueError) as cause:
            raise RefusedError("file_unreadable", str(path)) from cause
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise RefusedError("file_unreadable", str(path))
        self._file = io.FileIO(descriptor)
        self._path = path
        self._stamp = _stamp(status)
        self.length = status.st_size
        self.modified = max(0, status.st_mtime_ns // 1_000_000)

    def read_block(self, index: int) -> bytes:
        """Return the plaintext of a block.

        Raises RefusedError `file_changed` if the file has become too short, `file_unreadable`.
        """
        size = block_plaintext_length(self.length, index)
        try:
            data = os.pread(self._file.fileno(), size, index * _FULL_BLOCK)
        except OSError as cause:
            raise RefusedError("file_unreadable", str(self._path)) from cause
        # A local file system reads short only at the end of the file.
        if len(data) != size:
            raise RefusedError("file_changed", str(self._path))
        return data

    def check_unchanged(self) -> None:
        """Raise RefusedError `file_changed` if it was written to since it was opened.

        What was read then would be a mixture of two states that never existed.
        """
        if _stamp(os.fstat(self._file.fileno())) != self._stamp:
            raise RefusedError("file_changed", str(self._path))

    def close(self) -> None:
        """Close it; nothing is read any more."""
        self._file.close()


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
