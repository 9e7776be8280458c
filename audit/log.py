"""The only writer of the log (spec §7)."""

import secrets
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.entry import (
    SALT_BYTES,
    EntryError,
    Fields,
    derive_commitment,
    derive_entry_hash,
    derive_files_digest,
    derive_origin_hash,
    encode_detail,
    encode_entry,
    encode_salt,
)
from audit.models import Commitment, Entry, EntryItem, Head
from audit.operations import Operation

__all__ = [
    "MAX_COMMITTED_CHARACTERS",
    "TIMESTAMP",
    "Operation",
    "append",
    "erase_commitments",
    "read_head",
]

# UTC with six digits, so that text of one length sorts as time does.
TIMESTAMP = "%Y-%m-%dT%H:%M:%S.%fZ"
MAX_COMMITTED_CHARACTERS = 1024

# What `append` itself puts into the detail of an entry about several files.
_RESERVED = frozenset({"files", "files_digest"})


def append(
    operation: str,
    *,
    user_id: UUID | str = "",
    file_id: UUID | str = "",
    files: Iterable[UUID | str] = (),
    detail: Mapping[str, str | int] | None = None,
    statement: str = "",
    commit: Mapping[str, str] | None = None,
) -> Entry:
    """Add one entry and return it; call it last in the transaction of what it records.

    `files` names several files at once, `detail` maps names to text or integers that name no
    person, `statement` is the hex hash of the statement, `commit` maps names to personal text
    (address, user agent, free text), which enters the entry as a commitment only.

    Raises TransactionManagementError outside a transaction, ValueError for an operation that
    does not exist or a name used twice, EntryError for fields that make no entry.
    """
    # In autocommit an operation could be stored and its entry not, or the reverse.
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("append is called inside a transaction")
    operation = Operation(operation).value
    one, several = _split_files(file_id, files)
    openings = {name: _Opening(text) for name, text in (commit or {}).items()}
    full_detail = _join_detail(detail or {}, openings, several)

    # Nothing after this lock but the writes below: every other append waits for it.
    head = _lock_head()
    fields = Fields(
        seq=head.size + 1,
        timestamp=timezone.now().strftime(TIMESTAMP),
        operation=operation,
        user_id=str(user_id),
        file_id=one,
        detail=encode_detail(full_detail),
        statement=statement,
        salt=encode_salt(secrets.token_bytes(SALT_BYTES)),
    )
    entry = _insert(head, fields)
    EntryItem.objects.bulk_create(EntryItem(seq=entry.seq, file_id=file) for file in several)
    Commitment.objects.bulk_create(
        Commitment(seq=entry.seq, name=name, value=opening.text, salt=opening.salt)
        for name, opening in openings.items()
    )
    return entry


def erase_commitments(user_id: UUID | str, *, operator_id: UUID | str = "") -> Entry:
    """Erase address, user agent and free text of all entries of a person; return the entry of it.

    The entries keep their commitments, which nobody can open any more, so the chain still
    verifies. Call it last in a transaction, as `append`.
    """
    seqs = Entry.objects.filter(user_id=str(user_id)).values("seq")
    erased = Commitment.objects.filter(seq__in=seqs, salt__isnull=False).update(
        value=None, salt=None
    )
    return append(
        Operation.ERASURE,
        user_id=user_id,
        detail={"commitments": erased, "operator": str(operator_id)},
    )


def read_head() -> Head:
    """Return the stored head, or for a log without entries the one it will begin with."""
    return Head.objects.first() or _make_first_head()


class _Opening:
    """A text and the salt that opens the commitment to it."""

    def __init__(self, text: str) -> None:
        # A header is the sender's choice: lone surrogates and NUL, which a database refuses,
        # must not make the operation fail, nor a long one fill the disk.
        clean = text[:MAX_COMMITTED_CHARACTERS].encode(errors="replace").decode()
        self.text = clean.replace("\0", "\N{REPLACEMENT CHARACTER}")
        self.salt = secrets.token_bytes(SALT_BYTES)

    def commitment(self) -> str:
        return derive_commitment(self.salt, self.text)


def _split_files(file_id: UUID | str, files: Iterable[UUID | str]) -> tuple[str, list[str]]:
    """Return the one file of an entry and the several of it, of which one is always empty."""
    named = sorted({str(file) for file in files})
    if file_id and named:
        raise ValueError("an entry names its file or its files")
    if len(named) == 1:
        return named[0], []
    return str(file_id), named


def _join_detail(
    detail: Mapping[str, str | int], openings: Mapping[str, _Opening], several: list[str]
) -> dict[str, str | int]:
    commitments = {name: opening.commitment() for name, opening in openings.items()}
    if (detail.keys() & commitments.keys()) or (_RESERVED & {*detail, *commitments}):
        raise ValueError("a name in the detail is used twice")
    joined = {**detail, **commitments}
    if several:
        # The index table alone could be edited unseen; the digest ties it to the entry.
        joined |= {"files": len(several), "files_digest": derive_files_digest(several)}
    return joined


def _lock_head() -> Head:
    """Return the head row, locked until the transaction ends; make it for the first entry.

    PostgreSQL waits on the row here; SQLite has waited at BEGIN IMMEDIATE already.
    """
    locked = Head.objects.select_for_update()
    head = locked.first()
    if head is None:
        # Two first appends at once: one inserts, the other waits for it and reads that row.
        Head.objects.bulk_create([_make_first_head()], ignore_conflicts=True)
        head = locked.get()
    return head


def _make_first_head() -> Head:
    origin: str = settings.COFFER_LOG_ORIGIN
    return Head(size=0, hash=derive_origin_hash(origin).hex(), origin=origin)


def _insert(head: Head, fields: Fields) -> Entry:
    data = encode_entry(fields)
    current = derive_entry_hash(bytes.fromhex(head.hash), data).hex()
    entry = Entry.objects.create(
        **fields._asdict(),
        entry=data,
        prev_hash=head.hash,
        current_hash=current,
    )
    # Should a lock ever be missing, the second writer stops here instead of forking the chain.
    moved = Head.objects.filter(pk=head.pk, size=head.size, hash=head.hash).update(
        size=fields.seq, hash=current
    )
    if moved != 1:
        raise EntryError("the head of the log moved during the append")
    return entry
