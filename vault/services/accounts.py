"""Signing up: a member's first statement and everything it names (spec §5.3 `register`, §6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from vault.companions import check_keyring, check_slots
from vault.exceptions import Refusal
from vault.guessing import check_guesses, count_guess
from vault.items import RegisterItem
from vault.keys import SignatureError
from vault.models import EMPTY_HASH, USERNAME_PATTERN, Keyring, Statement, User
from vault.services.key_changes import derive_verifiers, store_key_pair, store_slots
from vault.services.sessions import matches_verifier, open_session
from vault.statements import StatementError, parse_statement, verify_statement

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vault.services.callers import Caller
    from vault.slots import SlotForm
    from vault.statements import SignedStatement


@dataclass(frozen=True, slots=True)
class Registration:
    """What a sign-up sends: sealed keyring, login keys by slot kind, slots, signed statement."""

    keyring: bytes
    login_keys: dict[str, bytes]
    signature: bytes
    slots: list[SlotForm]
    statement: bytes


def register(request: HttpRequest, registration: Registration, caller: Caller) -> User:
    """Make a member and sign them in; the same registration again only signs in.

    Raises Refusal `registration_closed`, `statement_invalid`, `signature_invalid`,
    `username_invalid`, `username_taken` or `conflict`.
    """
    # By invitation is closed too, to whoever has none.
    if settings.COFFER_REGISTRATION != "open":
        raise Refusal("registration_closed")
    statement, item = _verify(registration)
    known = User.objects.members().filter(pk=statement.user).first()
    if known:
        # Posted again and again it would be one more way to guess.
        check_guesses(request, known.username)
        try:
            _verify_same(known, registration, statement)
        except Refusal:
            count_guess(request, known.username)
            raise
        open_session(request, known, caller, "login")
        return known
    # Slow on purpose, so done before the transaction.
    verifiers = derive_verifiers(registration.login_keys)
    try:
        with transaction.atomic():
            member = _store(registration, statement, item, verifiers)
            open_session(request, member, caller, "register", statement=statement.hash)
    except IntegrityError as error:
        # Two sign-ups at once passed the checks; the database let one of them win.
        raise Refusal("username_taken") from error
    return member


def _verify(registration: Registration) -> tuple[SignedStatement, RegisterItem]:
    try:
        statement = parse_statement(registration.statement)
        item = _first_item(statement)
        check_keyring(item, registration.keyring)
        check_slots(item, registration.slots)
        verify_statement(statement, registration.signature, item.identity_key)
    except StatementError as error:
        raise Refusal("statement_invalid", str(error)) from error
    except SignatureError as error:
        raise Refusal("signature_invalid") from error
    if not re.match(USERNAME_PATTERN, item.username):
        raise Refusal("username_invalid")
    return statement, item


def _first_item(statement: SignedStatement) -> RegisterItem:
    item = statement.items[0]
    if not isinstance(item, RegisterItem) or (statement.seq, statement.prev) != (1, EMPTY_HASH):
        raise StatementError("An account begins with the statement register, seq 1.")
    return item


def _verify_same(member: User, registration: Registration, statement: SignedStatement) -> None:
    """Raise Refusal unless this is the member's own registration once more, with its login keys.

    The answer to a sign-up can get lost. The statement alone proves nothing, others may have seen
    it; the login keys are what a sign-in would ask for.
    """
    first = Statement.objects.chain_of(member).filter(hash=statement.hash).exists()
    slots = {slot.kind: slot.verifier for slot in member.slots.all()}
    keys = registration.login_keys
    if not (
        first
        and member.is_active
        and all(matches_verifier(keys[kind], verifier) for kind, verifier in slots.items())
    ):
        raise Refusal("conflict")


def _store(
    registration: Registration,
    statement: SignedStatement,
    item: RegisterItem,
    verifiers: dict[str, str],
) -> User:
    now = timezone.now()
    if User.objects.filter(username=item.username).exists():
        raise Refusal("username_taken")
    if User.objects.filter(pk=statement.user).exists():
        raise Refusal("conflict")
    member = User(
        pk=statement.user,
        username=item.username,
        kind=User.Kind.MEMBER,
        identity_key=item.identity_key,
        chain_seq=statement.seq,
        chain_hash=statement.hash,
        generation=item.generation,
        date_joined=now,
    )
    # A member signs in by login key alone; no form of the site knows a password of theirs.
    member.set_unusable_password()
    member.save(force_insert=True)
    store_key_pair(member, item.generation, item.public_key, item.not_after, now)
    Keyring.objects.create(user=member, revision=item.keyring_revision, sealed=registration.keyring)
    store_slots(member, registration.slots, verifiers)
    Statement.objects.create(
        user=member,
        seq=statement.seq,
        type=statement.type,
        hash=statement.hash,
        statement=statement.data,
        signature=registration.signature,
        created_at=now,
    )
    return member
