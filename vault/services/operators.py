"""What operators may do to members: let them in or keep them out, never more (spec §0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from audit.log import append
from vault.models import MemberSession, User
from vault.services.session_list import end_sessions

if TYPE_CHECKING:
    from uuid import UUID


def set_active(member_id: UUID, is_active: bool, operator: User) -> bool:
    """Let a member in again or end their sessions at once; return whether that changed anything."""
    with transaction.atomic():
        changed = (
            User.objects.members()
            .filter(pk=member_id, is_active=not is_active)
            .update(is_active=is_active)
        )
        if not changed:
            return False
        member = User.objects.members().get(pk=member_id)
        detail: dict[str, str | int] = {"active": int(is_active), "operator": str(operator.pk)}
        append("operator_change", user_id=member_id, detail=detail)
        if not is_active:
            end_sessions(member, MemberSession.objects.of_member(member), "operator")
    return True
