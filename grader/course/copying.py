"""A course again for the next term: its assignments and settings, with every date moved, and none of its people but
the staff who are chosen.

Dates move by whole days of the calendar in the zone of the course, and not by hours: what was due at 23:59 is due at
23:59, on whichever side of a change of the clocks. A local time that the clocks skip on its new day is what they show
an hour later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit
from grader.course.filters import is_user
from grader.course.people import create_course, members, zone
from grader.course.schedule import YEARS
from grader.course.tables import Course, CourseAssignment, Membership, PathMap, Role
from grader.errors import BadRequest

OF_ITS_OWN = frozenset({"id", "course_id", "made_at", "version", "released_at"})
"""Columns that a copy does not take over; the moments of a schedule are moved."""
MOMENTS = ("opens", "due", "closes")
TAKEN_OVER = ("profile", "late_days", "retention_days")
"""Of the course itself, with `ends`, moved."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What is asked for: the address and title of the new course, by how many days its dates move, and which members
    of the old one's staff belong to it. `title` empty: the old one."""

    slug: str
    days: int
    title: str = ""
    staff: Sequence[int] = ()


def moved(at: datetime, where: ZoneInfo, days: int) -> datetime:
    """The same time on the clock, `days` later. Raises BadRequest beyond the calendar."""
    try:
        local = at.astimezone(where).replace(tzinfo=None, fold=0) + timedelta(days=days)
    except OverflowError:
        raise BadRequest(Message("people.copy.far", {"days": days})) from None
    if local.year not in YEARS:
        raise BadRequest(Message("people.copy.far", {"days": days}))
    return local.replace(tzinfo=where)


def begins(session: Session, course: Course) -> date | None:
    """The local day of the first opening, or due time, of a course's assignments; None where there is none."""
    where = zone(course.timezone)
    times = [
        min(times)
        for one in _assignments(session, course)
        if (times := [time for time in (one.opens, one.due) if time is not None])
    ]
    return min(times).astimezone(where).date() if times else None


def day(text: str) -> date:
    """A day of the calendar, as 2027-03-02. Raises BadRequest."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(Message("people.copy.day", {"day": text})) from None


def days_until(session: Session, course: Course, day: date) -> int:
    """By how many days the dates move so that the first is on `day`. Raises BadRequest where there is no first."""
    first = begins(session, course)
    if first is None:
        raise BadRequest(Message("people.copy.no-dates", {"course": course.slug}))
    return (day - first).days


def staff_of(session: Session, course: Course) -> Sequence[Membership]:
    """Assistants and instructors, with their users."""
    return session.scalars(members(course.id).where(Membership.role != Role.STUDENT)).all()


def staff_id(session: Session, course: Course, user: str) -> int:
    """Of an assistant or instructor, by id or e-mail. Raises BadRequest for who is none."""
    found = session.scalar(
        sa.select(Membership.user_id)
        .join(Membership.user)
        .where(Membership.course_id == course.id, Membership.role != Role.STUDENT, is_user(user))
    )
    if found is None:
        raise BadRequest(Message("people.copy.staff", {"user": user, "course": course.slug}))
    return found


def copy(session: Session, source: Course, wanted: Copy, *, by: int | None = None) -> Course:
    """Make the course. Whoever asks for it is its instructor; `by` None: the shell.

    Raises BadRequest or Conflict for an address that cannot be, BadRequest for staff that is none.
    """
    made = create_course(session, wanted.slug, title=wanted.title or source.title, timezone=source.timezone)
    where = zone(source.timezone)
    for name in TAKEN_OVER:
        setattr(made, name, getattr(source, name))
    made.ends = None if source.ends is None else moved(source.ends, where, wanted.days)
    for one in _assignments(session, source):
        session.add(_assignment(one, made, where, wanted.days))
    for path in session.scalars(sa.select(PathMap).where(PathMap.course_id == source.id)):
        session.add(PathMap(course_id=made.id, prefix=path.prefix, slug=path.slug))
    _enrol(session, source, made, wanted.staff, by)
    session.flush()
    detail = {"from": source.slug, "days": wanted.days, "staff": len(wanted.staff)}
    audit.record(session, "copy-course", made.slug, user_id=by, course_id=made.id, detail=detail)
    return made


def _assignments(session: Session, course: Course) -> Sequence[CourseAssignment]:
    query = sa.select(CourseAssignment).where(CourseAssignment.course_id == course.id)
    in_turn = query.order_by(CourseAssignment.due.is_(None), CourseAssignment.due, CourseAssignment.id)
    return session.scalars(in_turn).all()


def _assignment(one: CourseAssignment, made: Course, where: ZoneInfo, days: int) -> CourseAssignment:
    columns = {column.key: getattr(one, column.key) for column in sa.inspect(CourseAssignment).column_attrs}
    kept = {name: value for name, value in columns.items() if name not in OF_ITS_OWN}
    times = {name: moved(kept[name], where, days) for name in MOMENTS if kept[name] is not None}
    return CourseAssignment(**kept | times, course_id=made.id)


def _enrol(session: Session, source: Course, made: Course, staff: Sequence[int], by: int | None) -> None:
    """The chosen staff as what they were, in the sections they were confined to; whoever copies as instructor."""
    there = {one.user_id: one for one in staff_of(session, source)}
    if unknown := [id for id in staff if id not in there]:
        raise BadRequest(Message("people.copy.staff", {"user": unknown[0], "course": source.slug}))
    for id in dict.fromkeys(staff):
        if id != by:
            old = there[id]
            session.add(Membership(course_id=made.id, user_id=id, role=old.role, section=old.section))
    if by is not None:
        session.add(Membership(course_id=made.id, user_id=by, role=Role.INSTRUCTOR))


def dates(session: Session, course: Course, days: int) -> list[tuple[CourseAssignment, dict[str, datetime]]]:
    """The assignments, and their moments after such a move."""
    where = zone(course.timezone)
    return [
        (one, {name: moved(at, where, days) for name in MOMENTS if (at := getattr(one, name)) is not None})
        for one in _assignments(session, course)
    ]
