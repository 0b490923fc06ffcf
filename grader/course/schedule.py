"""When an assignment is open, how many attempts are left, and what being late costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message, cents
from grader.course.people import zone
from grader.course.tables import Course, CourseAssignment, Status, Submission
from grader.errors import BadRequest, Forbidden, GraderError, TooMany

COSTS_AN_ATTEMPT = (Status.QUEUED, Status.RUNNING, Status.DONE)
"""Rejections, cancellations and our own faults cost none."""
DAY = timedelta(days=1)
YEARS = range(1970, 9999)
"""Of the moments that are taken; at the ends of the calendar, one in another zone would have no date."""


def check_window(assignment: CourseAssignment, at: datetime) -> None:
    """Raises Forbidden before `opens` and after `closes`."""
    if assignment.opens and at < assignment.opens:
        raise Forbidden(Message("course.not-open", {"slug": assignment.slug, "opens": stamp(assignment.opens)}))
    if assignment.closes and at > assignment.closes:
        raise Forbidden(Message("course.closed", {"slug": assignment.slug, "closes": stamp(assignment.closes)}))


def attempts_left(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> int | None:
    """How many hand-ins are left at `at`; None where there is no limit."""
    left = []
    if assignment.attempts_total is not None:
        left.append(assignment.attempts_total - _used(session, assignment, user_id))
    if assignment.attempts_per_day is not None:
        begin, _ = day_of(session, assignment, at)
        left.append(assignment.attempts_per_day - _used(session, assignment, user_id, since=begin))
    return max(0, min(left)) if left else None


def check_attempts(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> int | None:
    """The attempts left, this one counted. Raises Forbidden where none is, TooMany where the next day brings more."""
    left = attempts_left(session, assignment, user_id, at)
    if left == 0:
        raise _none_left(session, assignment, user_id, at)
    return None if left is None else left - 1


def _none_left(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> GraderError:
    total = assignment.attempts_total
    if total is not None and _used(session, assignment, user_id) >= total:
        return Forbidden(Message("course.attempts.none", {"slug": assignment.slug, "total": total}))
    _, end = day_of(session, assignment, at)
    message = Message("course.attempts.today", {"slug": assignment.slug, "again": stamp(end)})
    return TooMany(message, extra={"retry_after": ceil((end - at).total_seconds())})


def _used(session: Session, assignment: CourseAssignment, user_id: int, since: datetime | None = None) -> int:
    query = sa.select(sa.func.count(Submission.id)).where(
        Submission.user_id == user_id,
        Submission.assignment_id == assignment.id,
        Submission.status.in_(COSTS_AN_ATTEMPT),
    )
    return session.scalar(query.where(Submission.received_at >= since) if since else query) or 0


def day_of(session: Session, assignment: CourseAssignment, at: datetime) -> tuple[datetime, datetime]:
    """The calendar day of `at` in the course's zone, from its midnight to the next."""
    local = at.astimezone(zone(session.get_one(Course, assignment.course_id).timezone))
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin + DAY  # wall-clock arithmetic: right across a change of the clocks


def late_seconds(assignment: CourseAssignment, received: datetime) -> int:
    """Seconds after the due time; 0 in time and within the grace."""
    if assignment.due is None:
        return 0
    after = received - assignment.due
    return ceil(after.total_seconds()) if after > timedelta(minutes=assignment.grace_minutes) else 0


def after_penalty(assignment: CourseAssignment, score: Fraction, late: int) -> Fraction:
    """What a score counts: `percent` takes `percent_per_day` of it off for every day begun, never below 0."""
    if late == 0 or assignment.late_policy["kind"] != "percent":
        return score
    lost = Fraction(str(assignment.late_policy["percent_per_day"])) / 100 * ceil(Fraction(late, 86400))
    return cents(score * max(Fraction(0), 1 - lost))


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def local_time(text: str, timezone: str) -> datetime:
    """A moment in ISO 8601; without an offset it is meant in `timezone`. Raises BadRequest."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.year not in YEARS:
        raise BadRequest(Message("course.time.bad", {"time": text}))
    return at if at.tzinfo else at.replace(tzinfo=zone(timezone))
