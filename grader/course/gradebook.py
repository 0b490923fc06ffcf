"""Who is where: one row a student, from the table of grades alone (no report is read for it)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message, cents
from grader.course.filters import Filters, students
from grader.course.tables import CourseAssignment, Grade, Membership, User
from grader.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Cell:
    """The grade of a student in an assignment: `score` is what counts, `submission` the id it comes from, None where it
    was given by hand alone."""

    score: Fraction
    max_score: Fraction
    late: int
    submission: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A student. `total` is the sum of the scores times the weights of their assignments."""

    user: int
    name: str
    email: str
    section: str
    group: str
    external_id: str
    scores: Mapping[str, Cell]
    total: Fraction


SORTS: Mapping[str, Callable[[Row], Any]] = {
    "email": lambda row: row.email,
    "name": lambda row: (row.name.casefold(), row.email),
    "section": lambda row: (row.section, row.email),
    "total": lambda row: (row.total, row.email),
}
"""What rows can be sorted by, besides the slug of an assignment; a `-` before it turns the order round."""


def rows(
    session: Session, course_id: int, filters: Filters, *, sort: str = "email", user: int | None = None
) -> list[Row]:
    """The gradebook of a course. `user` leaves one student's own row, whatever the filters say.

    Raises BadRequest for a sort that is none.
    """
    shown = _assignments(session, course_id, filters)
    order = _order(sort, [one.slug for one in shown])
    wanted = students(course_id, filters) if user is None else sa.select(sa.literal(user))
    cells = _cells(session, shown, wanted)
    weights = {one.slug: one.weight for one in shown}
    people = session.execute(
        sa.select(User.id, User.name, User.email, Membership.section, Membership.group, Membership.external_id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.course_id == course_id, User.id.in_(wanted))
    )
    table = [Row(*person, cells[person.id], total(cells[person.id], weights)) for person in people]
    return sorted(table, key=order, reverse=sort.startswith("-"))


def total(scores: Mapping[str, Cell], weights: Mapping[str, Fraction]) -> Fraction:
    return cents(sum((cell.score * weights[slug] for slug, cell in scores.items()), Fraction(0)))


def slugs(session: Session, course_id: int, filters: Filters) -> list[str]:
    """The assignments that are columns of the gradebook, in the order in which they are due."""
    return [one.slug for one in _assignments(session, course_id, filters)]


def _assignments(session: Session, course_id: int, filters: Filters) -> Sequence[CourseAssignment]:
    query = sa.select(CourseAssignment).where(CourseAssignment.course_id == course_id)
    if filters.assignment is not None:
        query = query.where(CourseAssignment.slug == filters.assignment)
    return session.scalars(
        query.order_by(CourseAssignment.due.is_(None), CourseAssignment.due, CourseAssignment.slug)
    ).all()


def _order(sort: str, columns: Sequence[str]) -> Callable[[Row], Any]:
    name = sort.removeprefix("-")
    if name in SORTS:
        return SORTS[name]
    if name in columns:  # who has no grade stands below who has the lowest
        return lambda row: (row.scores[name].score if name in row.scores else Fraction(-1), row.email)
    raise BadRequest(Message("course.sort.unknown", {"sort": sort, "sorts": ", ".join([*SORTS, *columns])}))


def _cells(
    session: Session, shown: Sequence[CourseAssignment], wanted: sa.Select[int]
) -> defaultdict[int, dict[str, Cell]]:
    slug_of = {one.id: one.slug for one in shown}
    cells: defaultdict[int, dict[str, Cell]] = defaultdict(dict)
    query = sa.select(
        Grade.user_id, Grade.assignment_id, Grade.score, Grade.max_score, Grade.late, Grade.submission_id
    ).where(Grade.assignment_id.in_(slug_of), Grade.user_id.in_(wanted))
    for user, assignment, score, max_score, late, submission in session.execute(query):
        cells[user][slug_of[assignment]] = Cell(score, max_score, late, submission)
    return cells
