"""From what a server offers as a version to something that opens its blocks (spec §3.4, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.client.answers import Download
from vault.client.blocks import open_block
from vault.client.bytes import decode_base64
from vault.client.directory import Directory
from vault.client.errors import TamperedError
from vault.client.floe import State, start_open
from vault.client.keys import WorkingGeneration
from vault.client.manifest import (
    Manifest,
    content_aad,
    verify_block,
    verify_digests,
    verify_manifest,
)
from vault.client.metadata import Metadata, open_metadata
from vault.client.served import check_version
from vault.client.wraps import open_wrap


@dataclass(frozen=True)
class Version:
    """A version whose every part but the blocks was verified; for any number of threads."""

    manifest: Manifest
    metadata: Metadata
    _digests: bytes
    _state: State

    def open_block(self, index: int, block: bytes) -> bytearray:
        """Return a block's plaintext; TamperedError `tampered_content` for any other block."""
        verify_block(self.manifest, self._digests, index, block)
        return open_block(self._state, index, block, self.manifest["length"])


def open_version(
    directory: Directory, generations: Mapping[int, WorkingGeneration], served: Download
) -> Version:
    """Verify statement, manifest, digest list, wrap, metadata and header, in this order.

    Raises TamperedError for what the statements do not name or what does not open.
    """
    check_version(directory, served)
    file, version = served["file"], served["version"]
    named = directory["versions"][version]
    manifest = verify_manifest(served["manifest"], named["manifest"], file, version)
    verify_digests(manifest, served["digests"])
    generation = generations.get(named["generation"])
    if generation is None:
        raise TamperedError("tampered_wrap", "wrap: to a generation that the keyring lacks")
    dek = open_wrap(generation, served["wrap"], file, version, directory["user"])
    metadata = open_metadata(dek, manifest, served["metadata"])
    header = decode_base64(manifest["header"])
    state = start_open(dek, content_aad(file, version), header)
    return Version(manifest, metadata, served["digests"], state)
