"""Signed statements: strict parse and verification, pure (spec §5; public parts of §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audit import canonical
from vault.content import hash_of
from vault.forms import (
    FormError,
    one_of,
    read_hash,
    read_integer,
    read_object,
    read_positive,
    read_uuid,
)
from vault.items import ITEM_READERS, Item
from vault.keys import verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

# 256 items of the longest form take less.
MAX_STATEMENT = 262_144
SIGNATURE_CONTEXT = b"coffer/v1/statement\n"


class StatementError(ValueError):
    """A statement that breaks the form or a rule that can be seen in its bytes alone."""


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A parsed statement beside the bytes that were signed; `hash` and `prev` in hex."""

    data: bytes
    hash: str
    items: tuple[Item, ...]
    prev: str
    seen_root: str
    seen_size: int
    seq: int
    time: int
    type: str
    user: UUID


def parse_statement(data: bytes) -> SignedStatement:
    """Return the statement in these bytes, its signature not yet verified.

    Raises StatementError unless the bytes are the one encoding of a statement of a known type whose
    items keep the rules that need no database (spec §5.1, §5.3).
    """
    if len(data) > MAX_STATEMENT:
        raise StatementError(f"The statement is longer than {MAX_STATEMENT} bytes.")
    try:
        fields = read_object(canonical.decode(data), _STATEMENT)
        items = read_object({"items": fields["items"]}, {"items": ITEM_READERS[fields["type"]]})[
            "items"
        ]
    except canonical.CanonicalError as error:
        raise StatementError(f"The statement is not canonical: {error}.") from error
    except FormError as error:
        raise StatementError(f"The statement is not of its form: {error}.") from error
    return SignedStatement(
        data=data,
        hash=hash_of(data),
        items=tuple(items),
        prev=fields["prev"],
        seen_root=fields["seen"]["root"],
        seen_size=fields["seen"]["size"],
        seq=fields["seq"],
        time=fields["time"],
        type=fields["type"],
        user=fields["user"],
    )


def verify_statement(statement: SignedStatement, signature: bytes, identity_key: bytes) -> None:
    """Raise SignatureError unless the identity key of 32 bytes signed the statement (spec §5.1)."""
    verify_signature(identity_key, signature, SIGNATURE_CONTEXT + statement.data)


def _read_seen(value: Any) -> dict[str, Any]:
    return read_object(value, {"root": read_hash, "size": read_integer})


_STATEMENT: dict[str, Callable[[Any], Any]] = {
    "items": lambda value: value,
    "prev": read_hash,
    "seen": _read_seen,
    "seq": read_positive,
    "time": read_integer,
    "type": one_of(*ITEM_READERS),
    "user": read_uuid,
    "v": one_of(1),
}
