"""The record of who did what. Rows are only ever added: the database itself refuses to change or delete one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.filters import is_user
from grader.course.tables import AuditEntry, Course, User

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


@dataclass(frozen=True, slots=True)
class Search:
    """None leaves a filter out. `user` is an id, an e-mail, or `shell`; `text` stands in the subject."""

    user: str | None = None
    action: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done. `user` None: from the shell, and `name` is empty; `course` None: it concerns none."""

    id: int
    at: datetime
    user: int | None
    name: str
    email: str
    course: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]


def entries(
    session: Session, course_id: int | None, by: Search, *, limit: int, before: int | None = None
) -> list[Entry]:
    """The newest first, from the one before the entry `before`; of one course, or with None of the whole site."""
    query = _fitting(
        sa.select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.user_id,
            sa.func.coalesce(User.name, ""),
            sa.func.coalesce(User.email, ""),
            Course.slug,
            AuditEntry.action,
            AuditEntry.subject,
            AuditEntry.detail,
        ),
        course_id,
        by,
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [Entry(*row) for row in session.execute(query.order_by(AuditEntry.id.desc()).limit(limit))]


def _fitting(query: sa.Select[Any], course_id: int | None, by: Search) -> sa.Select[Any]:
    query = query.select_from(AuditEntry).outerjoin(User, User.id == AuditEntry.user_id)
    query = query.outerjoin(Course, Course.id == AuditEntry.course_id)
    conditions = [
        None if course_id is None else AuditEntry.course_id == course_id,
        None if by.user is None else AuditEntry.user_id.is_(None) if by.user == "shell" else is_user(by.user),
        None if by.action is None else AuditEntry.action == by.action,
        None if by.text is None else AuditEntry.subject.icontains(by.text, autoescape=True),
        None if by.since is None else AuditEntry.at >= by.since,
        None if by.until is None else AuditEntry.at < by.until,
    ]
    return query.where(*(one for one in conditions if one is not None))


def actions(session: Session, course_id: int | None) -> list[str]:
    """What was done at all."""
    query = _fitting(sa.select(AuditEntry.action), course_id, Search())
    return list(session.scalars(query.distinct().order_by(AuditEntry.action)))
