"""The record of who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import AuditEntry, User

SHELL = "grader admin"


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    user_id: int | None = None,
    course_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """`user_id` None means the shell. `detail` must hold no secret."""
    session.add(AuditEntry(action=action, subject=subject, user_id=user_id, course_id=course_id, detail=detail or {}))


@dataclass(frozen=True, slots=True)
class Last:
    """Who did something last, by name, and when."""

    name: str
    at: datetime


def last(session: Session, course_id: int, actions: Sequence[str], subject: str) -> Last | None:
    """Who did one of `actions` to `subject` last; None where nobody did."""
    row = session.execute(
        sa.select(AuditEntry.at, User.name, User.email)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.course_id == course_id, AuditEntry.action.in_(actions), AuditEntry.subject == subject)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Last(row.name or row.email or SHELL, row.at)
