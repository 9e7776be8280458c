"""Verification runs: the chain in slices, with the result kept and logged (spec §7)."""

import re
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from audit import log
from audit.chain import ChainError, missing_entry, surplus_entry, verify_end, verify_rows
from audit.entry import derive_origin_hash
from audit.models import Entry, Verification
from audit.reader import find_surplus, read_rows

SLICE_ENTRIES = 5000
COMMAND = "verify_log"

_Status = Verification.Status


class StartError(ValueError):
    """There is no entry from which the run could start."""


def start(started_by: UUID | str, first: int = 1) -> Verification:
    """Store and return a run over the entries from `first` to the head as it is now.

    `started_by` is an operator's id or the name of a command. A run from a later entry trusts the
    stored hash of the one before it. Raises StartError when that one does not exist.
    """
    head = log.read_head()
    hash_before = _read_hash_before(first, head.origin)
    if hash_before is None:
        raise StartError(f"there is no entry {first - 1} with a hash to start after")
    return Verification.objects.create(
        started_by=str(started_by),
        first=first,
        target=head.size,
        target_hash=head.hash,
        position=first - 1,
        hash=hash_before,
    )


def advance(run: Verification, entries: int = SLICE_ENTRIES) -> None:
    """Verify the next slice of a run and store how far it came; nothing happens once it has ended.

    The reading holds no transaction. Two requests for the same slice verify it twice, and one of
    them stores it.
    """
    if run.status != _Status.RUNNING:
        return
    before = run.position
    try:
        _verify_slice(run, entries)
    except ChainError as error:
        run.status, run.bad_seq, run.reason = _Status.BROKEN, error.seq, error.reason
    _store(run, before)


def check_entry(seq: int) -> str:
    """Return why one entry does not hold after the stored hash before it, or "" when it does."""
    hash_before = _read_hash_before(seq, log.read_head().origin)
    if hash_before is None:
        return missing_entry(seq - 1).reason
    try:
        for _ in verify_rows(read_rows(seq - 1, seq), seq, hash_before):
            pass
    except ChainError as error:
        return error.reason
    return ""


def _read_hash_before(seq: int, origin: str) -> str | None:
    """Return the stored hash before an entry, or None where there is none to build on."""
    if seq == 1:
        return derive_origin_hash(origin).hex()
    stored = Entry.objects.filter(seq=seq - 1).values_list("current_hash", flat=True).first()
    return stored if re.fullmatch(r"[0-9a-f]{64}", str(stored)) else None


def _verify_slice(run: Verification, entries: int) -> None:
    """Move the run's position and hash over the rows that hold. Raises ChainError."""
    last = min(run.target, run.position + entries)
    rows = read_rows(run.position, last)
    for seq, entry_hash in verify_rows(rows, run.position + 1, run.hash):
        run.position, run.hash = seq, entry_hash
    if run.position < last:
        raise missing_entry(run.position + 1)
    if last == run.target:
        surplus = find_surplus()
        if surplus is not None:
            raise surplus_entry(surplus)
        verify_end(run.position, run.hash, run.target, run.target_hash)
        run.status = _Status.VERIFIED


def _store(run: Verification, before: int) -> None:
    ended = run.status != _Status.RUNNING
    with transaction.atomic():
        moved = Verification.objects.filter(
            pk=run.pk, status=_Status.RUNNING, position=before
        ).update(
            status=run.status,
            position=run.position,
            hash=run.hash,
            bad_seq=run.bad_seq,
            reason=run.reason,
            finished_at=timezone.now() if ended else None,
        )
        if moved and ended:
            _log(run)
    run.refresh_from_db()


def _log(run: Verification) -> None:
    """Append the entry of a finished run."""
    by_command = run.started_by == COMMAND
    detail: dict[str, str | int] = {
        "run": run.pk,
        "first": run.first,
        "last": run.target,
        "result": run.status,
    }
    if run.bad_seq is not None:
        detail |= {"bad_seq": run.bad_seq, "reason": run.reason}
    try:
        with transaction.atomic():
            log.append(
                log.Operation.VERIFICATION,
                user_id="" if by_command else run.started_by,
                detail=detail,
            )
    except (DatabaseError, ValueError):
        # A log broken at its head may take no entry; its operator must learn that all the same.
        if run.status == _Status.VERIFIED:
            raise
