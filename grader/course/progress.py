"""How a class gets on with an assignment: uploads over time, who has not begun, who is stuck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.filters import Filters, students
from grader.course.tables import CourseAssignment, Grade, Status, Submission, User

TRIES = 3
"""Graded attempts in a row that brought nothing more: who has made so many is stuck."""
POINTS = 300
"""Of the curve of uploads, at most."""
STEPS = (10, 30, 60, 180, 360, 720, 1440, 10080)
"""Minutes that one point can stand for."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """`counts` of the uploads in steps of `minutes` from `begin` on."""

    begin: datetime
    minutes: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A student who has not begun, or is stuck: then `best` of `attempts`, and the latest `submission`."""

    user: int
    name: str
    email: str
    attempts: int = 0
    best: float | None = None
    submission: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`last_hour` counts the uploads of the hour before `at`."""

    uploads: Uploads | None
    last_hour: int
    not_started: tuple[Waiting, ...]
    stuck: tuple[Waiting, ...]


def of_assignment(session: Session, assignment: CourseAssignment, filters: Filters, at: datetime) -> Progress:
    """One pass over what the class handed in."""
    who = students(assignment.course_id, filters)
    people = session.execute(
        sa.select(User.id, User.name, User.email).where(User.id.in_(who)).order_by(User.name, User.email)
    )
    persons = {id: (id, name, email) for id, name, email in people}
    rows = [row for row in _rows(session, assignment) if row[0] in persons]
    times = [_moment(row[2]) for row in rows]
    begun, done = {row[0] for row in rows} | _graded_otherwise(session, assignment), assignment.unit.max_score * 100
    return Progress(
        uploads=over_time(times),
        last_hour=sum(at - timedelta(hours=1) < time <= at for time in times),
        not_started=tuple(Waiting(*person) for id, person in persons.items() if id not in begun),
        stuck=tuple(_stuck(rows, persons, int(done))),
    )


def _rows(session: Session, assignment: CourseAssignment) -> Sequence[Any]:
    """Student, submission, when it was received, state and score in hundredths, as the driver gives them: a class makes
    20,000 attempts at an assignment."""
    query = (
        sa.select(
            Submission.user_id,
            Submission.id,
            Submission.received_at,
            Submission.status,
            sa.type_coerce(Submission.score, sa.Integer()),
        )
        .where(Submission.assignment_id == assignment.id)
        .order_by(Submission.user_id, Submission.number)
    )
    found: Sequence[Any] = session.connection().execute(query).cursor.fetchall()
    return found


def _moment(stored: str | datetime) -> datetime:
    """SQLite keeps it as a text without the zone."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored.astimezone(UTC)


def _graded_otherwise(session: Session, assignment: CourseAssignment) -> set[int]:
    """Who has a grade all the same: as one of a team, by hand, or is excused."""
    return set(session.scalars(sa.select(Grade.user_id).where(Grade.assignment_id == assignment.id)))


def over_time(times: Sequence[datetime]) -> Uploads | None:
    """In the smallest steps that do not make too many points. None where nothing was uploaded."""
    if not times:
        return None
    span = (max(times) - min(times)).total_seconds() / 60
    minutes = next((step for step in STEPS if span / step < POINTS), STEPS[-1])
    places = Counter(int(time.timestamp()) // (60 * minutes) for time in times)
    first, last = min(places), max(places)
    begin = datetime.fromtimestamp(first * 60 * minutes, UTC)
    return Uploads(begin, minutes, tuple(places[place] for place in range(first, last + 1)))


def _stuck(rows: Sequence[Any], persons: dict[int, tuple[int, str, str]], full: int) -> Iterator[Waiting]:
    for user, attempts in groupby(rows, key=itemgetter(0)):
        graded = [(row[1], row[4]) for row in attempts if row[3] == Status.DONE]
        best = max((score for _, score in graded), default=0)
        if best < full and no_gain([score for _, score in graded]):
            yield Waiting(*persons[user], len(graded), best / 100, graded[-1][0])


def no_gain(scores: Sequence[int]) -> bool:
    """Whether the last `TRIES` attempts brought nothing over what there was before."""
    before, last = scores[:-TRIES], scores[-TRIES:]
    return len(last) == TRIES and max(last) <= max(before, default=last[0])


def hand_ins(session: Session, assignment: CourseAssignment, filters: Filters) -> list[tuple[Any, ...]]:
    """Everything that the class handed in, in the order in which it was received: submission, student, name, e-mail,
    number, moment, state, score, seconds late, SHA-256."""
    query = (
        sa.select(
            Submission.id,
            User.id,
            User.name,
            User.email,
            Submission.number,
            Submission.received_at,
            Submission.status,
            Submission.score,
            Submission.late,
            Submission.sha256,
        )
        .join(User, User.id == Submission.user_id)
        .where(Submission.assignment_id == assignment.id, User.id.in_(students(assignment.course_id, filters)))
        .order_by(Submission.received_at, Submission.id)
    )
    return [tuple(row) for row in session.execute(query)]
