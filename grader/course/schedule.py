"""When an assignment is open and due, for everyone and for one student, and how many attempts are left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import teams
from grader.course.people import zone
from grader.course.reckoning import DAY
from grader.course.tables import Course, CourseAssignment, Extension, Status, Submission
from grader.errors import BadRequest, Forbidden, GraderError, TooMany

COSTS_AN_ATTEMPT = (Status.QUEUED, Status.RUNNING, Status.DONE)
"""Rejections, cancellations and our own faults cost none."""
YEARS = range(1970, 9999)
"""Of the moments that are taken; at the ends of the calendar, one in another zone would have no date."""

END_OF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[T ]24:00(?::00)?(Z|[+-]\d\d:\d\d)?")
LOOKS_LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d|$)")


@dataclass(frozen=True, slots=True)
class Dates:
    """When an assignment is due and closes for one student."""

    due: datetime | None
    closes: datetime | None


def own_due(assignment: CourseAssignment, extension: Extension | None) -> datetime | None:
    """When an assignment is due for the student of `extension`. An extension never takes time away: where everyone has
    more, its student has too."""
    if assignment.due is None or extension is None:
        return assignment.due
    return max(assignment.due, extension.due)


def own_dates(session: Session, assignment: CourseAssignment, user_id: int) -> Dates:
    """What holds for one student. An extension that does not say when it closes moves the closing with the due time."""
    extension = session.get(Extension, (assignment.id, user_id))
    due, closes = own_due(assignment, extension), assignment.closes
    if extension is None or closes is None:
        return Dates(due, closes)
    moved = extension.due if assignment.due is None else closes + (extension.due - assignment.due)
    return Dates(due, max(closes, extension.closes or moved))


def check_window(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> None:
    """Raises Forbidden before `opens` and after the student's `closes`."""
    if assignment.opens and at < assignment.opens:
        raise Forbidden(Message("course.not-open", {"slug": assignment.slug, "opens": stamp(assignment.opens)}))
    closes = own_dates(session, assignment, user_id).closes
    if closes and at > closes:
        raise Forbidden(Message("course.closed", {"slug": assignment.slug, "closes": stamp(closes)}))


def attempts_left(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> int | None:
    """How many hand-ins are left at `at` to a student or their team; None where there is no limit."""
    left = allowance(session, assignment, user_id, at)
    return left.in_all if left.today is None else left.today


@dataclass(frozen=True, slots=True)
class Allowance:
    """The hand-ins that are left to a student or their team: `today` of those a day, `in_all` of those in all, None
    where there is no such limit. `refills` is when a new day brings more, None where it brings none."""

    today: int | None
    in_all: int | None
    refills: datetime | None


def allowance(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> Allowance:
    today = in_all = None
    if assignment.attempts_total is not None:
        in_all = max(0, assignment.attempts_total - _used(session, assignment, user_id))
    if assignment.attempts_per_day is None:
        return Allowance(today, in_all, None)
    begin, end = day_of(session, assignment, at)
    today = max(0, assignment.attempts_per_day - _used(session, assignment, user_id, since=begin))
    more = today < (assignment.attempts_per_day if in_all is None else min(assignment.attempts_per_day, in_all))
    return Allowance(today if in_all is None else min(today, in_all), in_all, end if more else None)


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
        teams.theirs(session, assignment, user_id), Submission.status.in_(COSTS_AN_ATTEMPT)
    )
    return session.scalar(query.where(Submission.received_at >= since) if since else query) or 0


def day_of(session: Session, assignment: CourseAssignment, at: datetime) -> tuple[datetime, datetime]:
    """The calendar day of `at` in the course's zone, from its midnight to the next, in UTC. Where the clocks change at
    midnight, a day begins with the first moment of its date."""
    where = zone(session.get_one(Course, assignment.course_id).timezone)
    begin = at.astimezone(where).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return begin.astimezone(UTC), (begin + DAY).astimezone(UTC)  # in between lie 23, 24 or 25 hours


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def local(at: datetime, timezone: str) -> str:
    """RFC 3339 as the clocks of `timezone` show it, to the second: what `local_time` reads again."""
    return at.astimezone(zone(timezone)).isoformat(timespec="seconds")


def local_time(text: str, timezone: str) -> datetime:
    """A moment in ISO 8601; without an offset it is meant in `timezone`; 24:00 is the end of its day. Raises
    BadRequest that says why it is none."""
    midnight = END_OF_DAY.fullmatch(text)
    try:
        at = datetime.fromisoformat(midnight.expand(r"\1T00:00\2") if midnight else text)
        at += DAY if midnight else timedelta(0)
    except (ValueError, OverflowError):
        why = "none" if LOOKS_LIKE_A_TIME.match(text) else "bad"
        raise BadRequest(Message(f"course.time.{why}", {"time": text})) from None
    if at.year not in YEARS:
        params = {"time": text, "first": str(YEARS[0]), "last": str(YEARS[-1])}
        raise BadRequest(Message("course.time.year", params))
    return at if at.tzinfo else at.replace(tzinfo=zone(timezone))
