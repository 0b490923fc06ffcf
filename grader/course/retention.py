"""What courses keep, and for how long: `retention_days` after a course has ended its files and reports are deleted.

Scores, verdicts, comments and the audit log stay. Looked at once a day; taken away in small transactions, so that
uploads to other courses go on meanwhile. What is not finished waits for the next look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import audit, removal
from grader.course.database import Database
from grader.course.removal import Removed
from grader.course.tables import Course, CourseAssignment, Status, StoredReport, Submission, SubmissionFile

AT_ONCE = 200
FINAL = tuple(status for status in Status if status.final)


@dataclass(frozen=True, slots=True)
class Expired:
    """A course whose time is over, since `at`, and how many of its submissions still have files or reports."""

    course: int
    slug: str
    at: datetime
    submissions: int


def expired(session: Session, at: datetime) -> list[Expired]:
    """The courses from which something is to be deleted now, in the order of their addresses."""
    rows = session.scalars(
        sa.select(Course).where(Course.ends.is_not(None), Course.retention_days.is_not(None)).order_by(Course.slug)
    )
    found = []
    for course in rows:
        until = end_of(course)
        if until is None or until > at:
            continue
        count = session.scalar(sa.select(sa.func.count()).select_from(_full(course.id).subquery())) or 0
        if count:
            found.append(Expired(course.id, course.slug, until, count))
    return found


def end_of(course: Course) -> datetime | None:
    """Until when a course keeps files and reports; None: for ever."""
    if course.ends is None or course.retention_days is None:
        return None
    return course.ends + timedelta(days=course.retention_days)


def sweep(database: Database, at: datetime, by: int | None = None) -> list[tuple[Expired, Removed]]:
    """Delete what is to be deleted now, and write it down, by course."""
    with database.read() as session:
        courses = expired(session, at)
    return [(one, _sweep(database, one, by)) for one in courses]


def _sweep(database: Database, one: Expired, by: int | None) -> Removed:
    removed = Removed()
    while True:
        with database.write() as session:
            ids = session.scalars(_full(one.course).limit(AT_ONCE)).all()
            if not ids:
                _tell(session, one, removed, by)
                return removed
            removed += removal.take_away(session, ids)


def _tell(session: Session, one: Expired, removed: Removed, by: int | None) -> None:
    detail = {"files": removed.files, "reports": removed.reports}
    if any(detail.values()):  # else another worker was faster
        audit.record(session, "retention", one.slug, user_id=by, course_id=one.course, detail=detail)


def _full(course_id: int) -> sa.Select[int]:
    """The finished submissions of a course that have files or reports."""
    files = sa.select(SubmissionFile.path).where(SubmissionFile.submission_id == Submission.id).exists()
    reports = sa.select(StoredReport.id).where(StoredReport.submission_id == Submission.id).exists()
    inside = sa.select(CourseAssignment.id).where(CourseAssignment.course_id == course_id)
    finished = sa.select(Submission.id).where(Submission.assignment_id.in_(inside), Submission.status.in_(FINAL))
    return finished.where(files | reports).order_by(Submission.id)
