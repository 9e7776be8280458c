"""Downloading: fetch, verify, open and write blocks, several in flight (spec §3.4, §6.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from vault.client.answers import Download
from vault.client.api import Api
from vault.client.blocks import block_sealed_length
from vault.client.errors import CofferError, FormatError, TransportError
from vault.client.landing import Landing
from vault.client.parallel import map_in_order
from vault.client.progress import Meter
from vault.client.refused import RefusedError
from vault.client.version import Version

MAX_VERSIONS = 256


@dataclass(frozen=True)
class Target:
    """A version of a file (UUIDs) and where on this machine it goes; `name` is untrusted text."""

    file: str
    version: str
    name: str
    path: Path


@dataclass
class _Receiving:
    """A version under way. Once `error` is set its remaining blocks are skipped."""

    target: Target
    version: Version
    landing: Landing
    transfer: int
    capability: str
    error: CofferError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Job(NamedTuple):
    receiving: _Receiving
    block_index: int


class Downloader:
    """Brings versions to this machine's disk, each whole or not at all."""

    def __init__(
        self, api: Api, open_version: Callable[[Download], Version], meter: Meter, replace: bool
    ) -> None:
        """Take the server, what verifies its offers, and whether existing files are replaced."""
        self._api = api
        self._open_version = open_version
        self._meter = meter
        self._replace = replace

    def receive(self, targets: Sequence[Target], errors: list[CofferError]) -> list[Target]:
        """Download 1 to 256 targets and return those that are complete.

        What is wrong with one file alone is added to `errors` and the others go on; whatever else
        goes wrong is raised. Of a file that did not become complete nothing is left.
        """
        started: list[_Receiving] = []
        done: list[Target] = []
        try:
            for job, plaintext in map_in_order(self._fetch, self._jobs(targets, started, errors)):
                if self._take(job, plaintext):
                    done.append(job.receiving.target)
        finally:
            for receiving in started:
                receiving.landing.discard()
        errors.extend(receiving.error for receiving in started if receiving.error)
        return done

    def _jobs(
        self,
        targets: Sequence[Target],
        started: list[_Receiving],
        errors: list[CofferError],
    ) -> Iterator[_Job]:
        """Verify one offer after the other, each as late as possible, and name its blocks."""
        capability, offers = self._api.downloads([target.version for target in targets])
        offered = {offer["version"]: offer for offer in offers}
        for target in targets:
            try:
                receiving = self._start(target, capability, offered.get(target.version))
            except TransportError:
                raise
            except CofferError as error:
                errors.append(error)
                continue
            started.append(receiving)
            for index in range(receiving.version.manifest["blocks"]):
                yield _Job(receiving, index)

    def _start(self, target: Target, capability: str, offer: Download | None) -> _Receiving:
        if offer is None:
            raise FormatError("format", "downloads: a version is missing")
        version = self._open_version(offer)
        landing = Landing(target.path, self._replace)
        transfer = self._meter.start(target.name, version.manifest["length"])
        return _Receiving(target, version, landing, transfer, capability)

    def _fetch(self, job: _Job) -> tuple[_Job, bytearray]:
        """Fetch, verify and open one block. Runs in a worker thread."""
        receiving, index = job
        if receiving.error:
            return job, bytearray()
        try:
            block = self._block(receiving, index)
            return job, receiving.version.open_block(index, block)
        except TransportError:
            raise
        except CofferError as error:
            receiving.error = receiving.error or error
            return job, bytearray()

    def _block(self, receiving: _Receiving, index: int) -> bytes:
        """Fetch a block, with a new capability when the old one's hour is over."""
        version = receiving.target.version
        size = block_sealed_length(receiving.version.manifest["length"], index)
        capability = receiving.capability
        try:
            return self._api.block(version, index, capability, size)
        except RefusedError as error:
            if error.code != "capability_invalid":
                raise
        with receiving.lock:
            if receiving.capability == capability:
                receiving.capability, _ = self._api.downloads([version])
        return self._api.block(version, index, receiving.capability, size)

    def _take(self, job: _Job, plaintext: bytearray) -> bool:
        """Write what was opened, in order; return whether the file is complete now."""
        receiving, index = job
        is_last = index == receiving.version.manifest["blocks"] - 1
        self._meter.advance(receiving.transfer, len(plaintext))
        if is_last:
            self._meter.end(receiving.transfer)
        if receiving.error:
            return False
        try:
            receiving.landing.write(plaintext)
            if is_last:
                receiving.landing.finish(receiving.version.metadata["modified"])
        except RefusedError as error:
            receiving.error = error
        return is_last and not receiving.error
