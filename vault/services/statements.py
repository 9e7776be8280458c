"""Accepting signed statements: verified, applied, logged, all of a request or none (spec §5.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from audit.log import append
from audit.models import Entry
from vault.companions import ChangeSlotsCompanion, Companion, read_companions
from vault.exceptions import Refusal
from vault.forms import FormError
from vault.items import FileItem, LabelItem
from vault.keys import SignatureError
from vault.models import Statement
from vault.services.deletes import apply_deletes
from vault.services.key_changes import apply_announce_key, apply_change_slots, prepare_slots
from vault.services.labels import apply_labels
from vault.services.session_list import end_other_sessions, renew_session
from vault.services.uploads import lock_member
from vault.services.versions import apply_uploads
from vault.statements import (
    SignedStatement,
    StatementError,
    parse_statement,
    verify_statement,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest

    from vault.models import MemberSession, User
    from vault.services.callers import Caller

MAX_STATEMENTS = 4


@dataclass(frozen=True, slots=True)
class Submission:
    """One statement as it was sent: `items` is the JSON of what travels beside it."""

    items: Any
    signature: bytes
    statement: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """One statement of the chain; `entry` is the seq of its log entry, `hash` in hex."""

    entry: int
    hash: str
    seq: int


@dataclass(frozen=True, slots=True)
class _Verified:
    companions: list[Any]
    signature: bytes
    statement: SignedStatement


def accept_statements(
    request: HttpRequest, session: MemberSession, submissions: list[Submission], caller: Caller
) -> list[Accepted]:
    """Apply statements in order, in one transaction; those already in the chain change nothing.

    Raises Refusal `invalid`, `statement_invalid`, `signature_invalid`, `confirmation_required`,
    `password_required`, `stale_head` (with the head), and what the types refuse: `not_found`,
    `conflict`, `stale_generation`, `stale_keyring`, `upload_incomplete`.
    """
    member = session.user
    verified = [_verify(member, submission) for submission in submissions]
    prepared = _prepare(session, verified)
    with transaction.atomic():
        # The member's row is the head of their chain: held until the end, it makes a chain grow by
        # one request at a time.
        head = lock_member(member)
        known = _find_entries(verified)
        now = timezone.now()
        new = [item for item in prepared if item.statement.hash not in known]
        for item in new:
            _follow(head, item.statement)
            _APPLY[item.statement.type](head, item.statement.items, item.companions, now)
        if new:
            head.save(update_fields=["chain_seq", "chain_hash", "generation"])
            _store(head, new, now)
        is_changed = any(item.statement.type == "change_slots" for item in new)
        if is_changed:
            renew_session(request, session)
        # Last, because every other writer of the log waits for its head from here on.
        entries = known | {item.statement.hash: _log(item.statement) for item in new}
        if is_changed:
            end_other_sessions(session, "change_slots", caller)
    return [
        Accepted(entries[item.statement.hash], item.statement.hash, item.statement.seq)
        for item in verified
    ]


def _prepare(session: MemberSession, verified: list[_Verified]) -> list[_Verified]:
    """Return the statements that are new, ready to be applied, if this session may post them."""
    known = _find_entries(verified)
    new = [item for item in verified if item.statement.hash not in known]
    types = [item.statement.type for item in new]
    if new and session.is_restricted and types != ["announce_key", "change_slots"]:
        raise Refusal("password_required")
    if "change_slots" in types and not session.is_confirmed(timezone.now()):
        raise Refusal("confirmation_required")
    return [
        replace(item, companions=[_prepare_companion(each) for each in item.companions])
        for item in new
    ]


def _prepare_companion(companion: Companion) -> Any:
    return prepare_slots(companion) if isinstance(companion, ChangeSlotsCompanion) else companion


def _verify(member: User, submission: Submission) -> _Verified:
    try:
        statement = parse_statement(submission.statement)
        _check_place(member, statement)
        verify_statement(statement, submission.signature, bytes(member.identity_key))
        companions = read_companions(statement, submission.items)
    except StatementError as error:
        raise Refusal("statement_invalid", str(error)) from error
    except SignatureError as error:
        raise Refusal("signature_invalid") from error
    except FormError as error:
        raise Refusal("invalid", f"items: {error}") from error
    return _Verified(companions, submission.signature, statement)


def _check_place(member: User, statement: SignedStatement) -> None:
    # Another account's statement, or a second sign-up, where other rules hold.
    if statement.user != member.pk or statement.type == "register":
        raise StatementError("The statement does not belong here.")


def _find_entries(verified: list[_Verified]) -> dict[str, int]:
    """Return hash: log entry's seq of the statements that are in the chain already."""
    hashes = [item.statement.hash for item in verified]
    known = Statement.objects.filter(hash__in=hashes).values_list("hash", flat=True)
    if not known:
        return {}
    return dict(Entry.objects.filter(statement__in=list(known)).values_list("statement", "seq"))


def _follow(head: User, statement: SignedStatement) -> None:
    """Move the head on to a statement. Raises Refusal `stale_head` unless it is the next one."""
    if (statement.seq, statement.prev) != (head.chain_seq + 1, head.chain_hash):
        stored = {"hash": head.chain_hash, "seq": head.chain_seq}
        raise Refusal("stale_head", extra={"head": stored})
    head.chain_seq = statement.seq
    head.chain_hash = statement.hash


def _store(member: User, new: list[_Verified], now: datetime) -> None:
    Statement.objects.bulk_create(
        Statement(
            user=member,
            seq=item.statement.seq,
            type=item.statement.type,
            hash=item.statement.hash,
            statement=item.statement.data,
            signature=item.signature,
            created_at=now,
        )
        for item in new
    )


def _log(statement: SignedStatement) -> int:
    files = {item.file for item in statement.items if isinstance(item, FileItem)}
    actions = {item.action for item in statement.items if isinstance(item, LabelItem)}
    entry = append(
        statement.type,
        user_id=statement.user,
        files=files,
        # One word for what a person did, when one says it all.
        detail={"action": actions.pop()} if len(actions) == 1 else {},
        statement=statement.hash,
    )
    return int(entry.seq)


_APPLY: dict[str, Callable[[User, Any, Any, datetime], None]] = {
    "announce_key": apply_announce_key,
    "change_slots": apply_change_slots,
    "upload": apply_uploads,
    "label": apply_labels,
    "delete": apply_deletes,
}
