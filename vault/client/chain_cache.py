"""The own chain, kept so that the next command reads only what is new (spec §2.3 cache, §5.2)."""

from __future__ import annotations

from collections.abc import Sequence

from vault.client.bytes import decode_u32, encode_u32
from vault.client.directory import SignedStatement
from vault.client.errors import FormatError

_SIGNATURE = 64
_PREFIX = _SIGNATURE + 4


def encode_chain(statements: Sequence[SignedStatement]) -> bytes:
    """Return signature, u32 length and bytes of each statement, joined."""
    return b"".join(
        part
        for signed in statements
        for part in (signed["signature"], encode_u32(len(signed["statement"])), signed["statement"])
    )


def decode_chain(data: bytes) -> list[SignedStatement]:
    """Return the statements again; FormatError for bytes that encode_chain did not make."""
    statements: list[SignedStatement] = []
    start = 0
    while start < len(data):
        body = start + _PREFIX
        end = body + decode_u32(data[start + _SIGNATURE : body])
        if end > len(data):
            raise FormatError("format", "cache: cut short")
        statements.append(
            {"signature": data[start : start + _SIGNATURE], "statement": data[body:end]}
        )
        start = end
    return statements
