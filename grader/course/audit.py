"""The record of who did what."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from grader.course.tables import AuditEntry


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
