"""What a server can make by itself: content to a member's public key, statements under its own.

Nothing here uses a secret of the member: only what the server stores and what anyone can compute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vault.client.blocks import seal_block
from vault.client.bytes import decode_base64, encode_base64, sha256
from vault.client.canonical import decode_json, encode_json
from vault.client.floe import start_seal
from vault.client.keys import generation_public_key, make_generation
from vault.client.manifest import build_manifest, content_aad
from vault.client.metadata import seal_metadata
from vault.client.signatures import (
    derive_identity_public_key,
    import_identity_key,
    make_identity_key,
)
from vault.client.statements import sign_statement, statement_hash
from vault.client.wraps import make_dek, seal_wrap

# The server's own key pairs.
IDENTITY = make_identity_key()
PUBLIC_KEY = encode_base64(generation_public_key(make_generation(1)))


@dataclass(frozen=True)
class ForgedVersion:
    """A version under a DEK of the server: what it offers, its one block, and the DEK."""

    offer: dict[str, Any]
    block: bytes
    dek: bytes


def forge_version(offer: Mapping[str, Any], register: Any, content: bytes) -> ForgedVersion:
    """Make a version in the place of the one offered, wrapped to the public key that is known."""
    file, version, dek = offer["file"], offer["version"], make_dek()
    header, state = start_seal(dek, content_aad(file, version))
    block = bytes(seal_block(state, 0, content, is_last=True))
    fields = {"modified": 0, "size": len(content), "type": "text/plain", "v": 1}
    metadata = seal_metadata(dek, file, version, fields)  # type: ignore[arg-type]
    manifest = build_manifest(
        {
            "file": file,
            "version": version,
            "header": header,
            "length": len(content),
            "digests": sha256(block),
            "metadata": metadata,
            "thumbnail": b"",
        }
    )
    public_key = decode_base64(register["items"][0]["public_key"])
    wrap = seal_wrap(public_key, dek, file, version, register["user"])
    made = {"digests": sha256(block), "manifest": manifest, "metadata": metadata, "wrap": wrap}
    return ForgedVersion(
        {**offer, **{name: encode_base64(data) for name, data in made.items()}}, block, dek
    )


def read_statement(row: Any) -> Any:
    """Return what a row of `GET statements` says."""
    return decode_json(decode_base64(row["statement"]))


def forge_chain(statements: Sequence[Any]) -> list[Any]:
    """Return rows of a chain that is whole: every link renewed, everything signed by the server."""
    rows: list[Any] = []
    prev = "0" * 64
    for seq, statement in enumerate(statements, 1):
        row = forge_row({**statement, "seq": seq, "prev": prev})
        rows.append(row)
        prev = statement_hash(decode_base64(row["statement"]))
    return rows


def forge_next(rows: Sequence[Any], **changes: Any) -> Any:
    """Return a row that follows a chain: its newest statement once more, but for the changes."""
    newest = decode_base64(rows[-1]["statement"])
    follows = {"prev": statement_hash(newest), "seq": len(rows) + 1}
    return forge_row({**read_statement(rows[-1]), **follows, **changes})


def forge_row(statement: Any) -> Any:
    """Return a row with a statement as it is, signed by the server."""
    data = encode_json(statement)
    signature = sign_statement(import_identity_key(IDENTITY), data)
    return {
        "seq": statement["seq"],
        "signature": encode_base64(signature),
        "statement": encode_base64(data),
    }


def with_own_keys(register: Any) -> Any:
    """Return a register statement that names the server's keys in the place of the member's."""
    identity_key = encode_base64(derive_identity_public_key(IDENTITY))
    item = {**register["items"][0], "identity_key": identity_key, "public_key": PUBLIC_KEY}
    return {**register, "items": [item]}
