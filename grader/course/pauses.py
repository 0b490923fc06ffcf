"""Grading that is paused, for a course or the whole site: uploads are taken and wait, what runs already comes to its
end, and after the pause all that waited is graded in its turn. Regrades stand still as well."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit
from grader.course.people import one_line
from grader.course.tables import Course, CourseAssignment, Pause

SITE = "site"
"""What the record calls the whole of it."""


def holds(assignment_id: Any) -> sa.ColumnElement[bool]:
    """Whether grading stands still for the assignment whose id that is, or stands in that column."""
    course = sa.select(CourseAssignment.course_id).where(CourseAssignment.id == assignment_id).scalar_subquery()
    return sa.select(Pause.id).where(Pause.course_id.is_(None) | (Pause.course_id == course)).exists()


def held(session: Session, assignment_id: int) -> bool:
    return bool(session.scalar(sa.select(holds(assignment_id))))


def now_for(session: Session, course_id: int | None = None) -> Pause | None:
    """The pause that holds a course, that of the whole site first; of the site alone without one."""
    here = Pause.course_id.is_(None)
    query = sa.select(Pause).where(here if course_id is None else here | (Pause.course_id == course_id))
    return session.scalars(query.order_by(Pause.course_id.is_not(None), Pause.id)).first()


def message(pause: Pause) -> Message:
    """What is told of it."""
    of = "site" if pause.course_id is None else "course"
    return Message(f"pause.{of}", {"reason": f" ({pause.reason})" if pause.reason else ""})


def pause(session: Session, course: Course | None, by: int | None, reason: str = "") -> None:
    """Let grading stand still from now on; where it does so already the reason is another. `by` None: the shell.
    Raises BadRequest for a reason that is too long."""
    _end(session, course)
    session.add(Pause(course_id=course.id if course else None, reason=one_line(reason)))
    _tell(session, "pause", course, by, {"reason": one_line(reason)})


def resume(session: Session, course: Course | None, by: int | None) -> None:
    """Grade again. Nothing happens where it is not paused."""
    if _end(session, course):
        _tell(session, "resume", course, by, {})


def _end(session: Session, course: Course | None) -> bool:
    which = Pause.course_id.is_(None) if course is None else Pause.course_id == course.id
    return bool(session.scalars(sa.delete(Pause).where(which).returning(Pause.id)).all())


def _tell(session: Session, action: str, course: Course | None, by: int | None, detail: dict[str, Any]) -> None:
    id, subject = (course.id, course.slug) if course else (None, SITE)
    audit.record(session, action, subject, user_id=by, course_id=id, detail=detail)
