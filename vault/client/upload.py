"""Uploading: read, seal and store blocks, several in flight, in constant memory (spec §3, §6.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from vault.client.api import Api
from vault.client.blocks import block_count, block_plaintext_length, seal_block
from vault.client.errors import CofferError, TransportError
from vault.client.floe import Start, start_seal
from vault.client.local_file import LocalFile
from vault.client.manifest import content_aad
from vault.client.parallel import map_in_order
from vault.client.primitives import make_uuid
from vault.client.progress import Meter
from vault.client.refused import RefusedError
from vault.client.wraps import make_dek


@dataclass(frozen=True)
class Source:
    """A file on this machine, and the file of the vault (UUID) that it becomes a version of."""

    path: Path
    name: str
    file: str


@dataclass
class Upload:
    """A version whose blocks are stored: what its manifest, wrap and label will be made of.

    `length` is in bytes, `modified` in ms, `header` FLOE's 74 bytes, `digests` one a block.
    """

    source: Source
    version: str
    length: int
    modified: int
    header: bytes
    dek: bytes = field(repr=False)
    digests: list[bytes] = field(default_factory=list)


@dataclass
class _Sending:
    """An upload under way. Once `error` is set its remaining blocks are skipped."""

    upload: Upload
    file: LocalFile
    start: Start
    transfer: int
    error: RefusedError | None = None


class _Job(NamedTuple):
    sending: _Sending
    block_index: int


class Uploader:
    """Stores the blocks of versions that nothing names yet."""

    def __init__(self, api: Api, meter: Meter) -> None:
        """Take the server and what shows progress."""
        self._api = api
        self._meter = meter

    def send(self, sources: Sequence[Source], errors: list[CofferError]) -> list[Upload]:
        """Store every block of every source and return the uploads that are complete.

        A file that cannot be read, or that changed while it was read, fails alone: its error is
        added to `errors`. Whatever else goes wrong is raised. What is not returned is cancelled.
        """
        started: list[_Sending] = []
        try:
            with ExitStack() as files:
                jobs = self._jobs(sources, started, files, errors)
                for job, digest in map_in_order(self._store, jobs):
                    self._take(job, digest)
        except BaseException:
            self.cancel(sending.upload for sending in started)
            raise
        errors.extend(sending.error for sending in started if sending.error)
        self.cancel(sending.upload for sending in started if sending.error)
        return [sending.upload for sending in started if not sending.error]

    def cancel(self, uploads: Iterable[Upload]) -> None:
        """Have the server forget uploads, as far as it answers; it sweeps up the rest by age."""
        for upload in uploads:
            try:
                self._api.cancel_upload(upload.version)
            except TransportError:
                return
            except CofferError:
                continue

    def _jobs(
        self,
        sources: Iterable[Source],
        started: list[_Sending],
        files: ExitStack,
        errors: list[CofferError],
    ) -> Iterator[_Job]:
        """Open one file after the other, each as late as possible, and name its blocks."""
        for source in sources:
            try:
                file = LocalFile(source.path)
            except RefusedError as error:
                errors.append(error)
                continue
            files.callback(file.close)
            sending = self._start(source, file)
            started.append(sending)
            blocks = block_count(file.length)
            if blocks > 1:
                self._api.open_upload(sending.upload.version, file.length)
            for index in range(blocks):
                yield _Job(sending, index)

    def _start(self, source: Source, file: LocalFile) -> _Sending:
        version, dek = make_uuid(), make_dek()
        start = start_seal(dek, content_aad(source.file, version))
        upload = Upload(source, version, file.length, file.modified, start.header, dek)
        return _Sending(upload, file, start, self._meter.start(source.name, file.length))

    def _store(self, job: _Job) -> tuple[_Job, bytes]:
        """Read, seal and store one block; return its digest. Runs in a worker thread."""
        sending, index = job
        if sending.error:
            return job, b""
        try:
            plaintext = sending.file.read_block(index)
        except RefusedError as error:
            sending.error = error
            return job, b""
        upload = sending.upload
        blocks = block_count(upload.length)
        block = seal_block(sending.start.state, index, plaintext, index == blocks - 1)
        # A file of one block opens its upload by itself: one request less a file.
        length = upload.length if blocks == 1 else None
        return job, self._api.put_block(upload.version, index, block, length)

    def _take(self, job: _Job, digest: bytes) -> None:
        sending, index = job
        upload = sending.upload
        upload.digests.append(digest)
        self._meter.advance(sending.transfer, block_plaintext_length(upload.length, index))
        if index < block_count(upload.length) - 1:
            return
        try:
            sending.file.check_unchanged()
        except RefusedError as error:
            sending.error = sending.error or error
        sending.file.close()
        self._meter.end(sending.transfer)
