"""Where a submission stands right now: what `GET /submissions/{id}` and its events tell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import pauses, workers
from grader.course.submissions import report_of
from grader.course.tables import CourseAssignment, Status, Submission

RECENT = 50
"""Gradings that the estimate of one's turn is made from."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a watcher compares: two equal marks mean that nothing to be seen has changed."""

    status: Status
    version: int
    position: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`position` is 1 for the next in line, None where it does not wait; `eta_seconds` None: nothing to go by."""

    submission: Submission
    slug: str
    position: int | None
    eta_seconds: int | None
    reason: Message | None

    @property
    def mark(self) -> Mark:
        return Mark(self.submission.status, self.submission.version, self.position)


def standing(session: Session, id: int) -> Standing:
    submission = session.get_one(Submission, id)
    place = None
    if submission.status is Status.QUEUED:
        place = 1 + (
            session.scalar(sa.select(sa.func.count()).where(Submission.status == Status.QUEUED, Submission.id < id))
            or 0
        )
    slug = session.get_one(CourseAssignment, submission.assignment_id).slug
    reason = _reason(session, submission)
    eta = None if place is None or reason else _eta(session, place)  # nobody knows how long a pause lasts
    return Standing(submission, slug, place, eta, reason)


def marks(session: Session, ids: Collection[int]) -> dict[int, Mark]:
    """The marks of several submissions, in two queries."""
    line = session.scalars(sa.select(Submission.id).where(Submission.status == Status.QUEUED).order_by(Submission.id))
    places = {id: place for place, id in enumerate(line, start=1)}
    rows = session.execute(
        sa.select(Submission.id, Submission.status, Submission.version).where(Submission.id.in_(ids))
    )
    return {id: Mark(status, version, places.get(id)) for id, status, version in rows}


def _eta(session: Session, place: int) -> int | None:
    """Seconds until the one at `place` is graded, if gradings take as long as the last ones did."""
    took = session.execute(
        sa.select(Submission.started_at, Submission.finished_at)
        .where(Submission.status == Status.DONE)
        .order_by(Submission.id.desc())
        .limit(RECENT)
    ).all()
    spans = [(end - begin).total_seconds() for begin, end in took if begin and end]
    at_work = len(workers.grading(session))
    return ceil(sum(spans) / len(spans) * place / at_work) if spans and at_work else None


def _reason(session: Session, submission: Submission) -> Message | None:
    if submission.status is Status.QUEUED:
        pause = pauses.now_for(session, session.get_one(CourseAssignment, submission.assignment_id).course_id)
        return pauses.message(pause) if pause else None
    if submission.status is Status.BROKEN and submission.reason:
        return Message(submission.reason["id"], submission.reason["params"])
    if submission.status is Status.REJECTED and (report := report_of(session, submission.id)):
        return report.reason
    if submission.status in (Status.REJECTED, Status.DONE) and submission.report_id is None:
        return Message("privacy.removed")
    return None
