"""What is new in the database, told by its counters: reports, hand-ins, and the record of who did what.

Whatever changes what a dashboard shows writes one of the three: a grading its report, an upload its row, and staff an
entry of the audit log. So three look-ups tell whether anything is new, and the few rows since then whose course it is.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import AuditEntry, CourseAssignment, StoredReport, Submission


class Newest(NamedTuple):
    """The highest ids. Two equal ones mean that nothing to be seen has changed."""

    report: int
    submission: int
    entry: int


def newest(session: Session) -> Newest:
    tables = (StoredReport, Submission, AuditEntry)
    query = sa.select(*(sa.select(sa.func.coalesce(sa.func.max(one.id), 0)).scalar_subquery() for one in tables))
    return Newest(*session.execute(query).one())


def courses_since(session: Session, seen: Newest) -> set[int]:
    """The courses in which something is newer than `seen`."""
    graded = (
        sa.select(CourseAssignment.course_id)
        .join(Submission, Submission.assignment_id == CourseAssignment.id)
        .join(StoredReport, StoredReport.submission_id == Submission.id)
        .where(StoredReport.id > seen.report)
    )
    uploaded = (
        sa.select(CourseAssignment.course_id)
        .join(Submission, Submission.assignment_id == CourseAssignment.id)
        .where(Submission.id > seen.submission)
    )
    decided = sa.select(AuditEntry.course_id).where(AuditEntry.id > seen.entry, AuditEntry.course_id.is_not(None))
    return set(session.scalars(sa.union(graded, uploaded, decided)))
