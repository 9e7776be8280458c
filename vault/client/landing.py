"""A file being written to this machine's disk, without its name until it is whole (spec §3.4)."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from vault.client.refused import RefusedError


class Landing:
    """One file being written. Whatever ends the program before finish(), nothing looks finished.

    Files are readable for their owner alone: what was secret in the vault stays so on the disk.
    """

    def __init__(self, target: Path, replace: bool) -> None:
        """Open a temporary file next to `target`.

        Raises RefusedError `file_exists`, unless the target may be replaced, and `file_unwritable`.
        """
        self.target = target
        self._replace = replace
        self._temporary = target.with_name(f".coffer-{secrets.token_hex(8)}.part")
        if not replace and os.path.lexists(target):
            raise RefusedError("file_exists", str(target))
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            self._file = open(os.open(self._temporary, flags, 0o600), "wb")  # noqa: SIM115  closed by finish and discard
        except OSError as cause:
            raise RefusedError("file_unwritable", str(target)) from cause

    def write(self, data: bytes | bytearray) -> None:
        """Append; RefusedError `file_unwritable` on a full disk."""
        try:
            self._file.write(data)
        except OSError as cause:
            raise RefusedError("file_unwritable", str(self.target)) from cause

    def finish(self, modified: int) -> None:
        """Make the file durable and give it its name and modification time (ms).

        Raises RefusedError `file_exists` if the target appeared meanwhile, and `file_unwritable`.
        """
        try:
            self._file.flush()
            os.utime(self._file.fileno(), ns=(modified * 1_000_000,) * 2)
            os.fsync(self._file.fileno())
            self._file.close()
            self._name()
            _sync_folder(self.target.parent)
        except FileExistsError as cause:
            self.discard()
            raise RefusedError("file_exists", str(self.target)) from cause
        except (OSError, OverflowError) as cause:
            self.discard()
            raise RefusedError("file_unwritable", str(self.target)) from cause

    def discard(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError):
            self._file.close()
        self._temporary.unlink(missing_ok=True)

    def _name(self) -> None:
        if self._replace:
            self._temporary.replace(self.target)
            return
        try:
            # A link fails where a rename would silently replace a file made in the meantime.
            self.target.hardlink_to(self._temporary)
            self._temporary.unlink()
        except FileExistsError:
            raise
        except OSError:
            # File systems without links (a memory stick): the best that is left.
            if os.path.lexists(self.target):
                raise FileExistsError(self.target) from None
            self._temporary.rename(self.target)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
