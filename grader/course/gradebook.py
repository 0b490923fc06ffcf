"""Who is where: one row a student, from the table of grades alone (no report is read for it).

A class of 1,000 has 8,000 grades. They are read as the driver gives them, and become cells only where one is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grader.core import Message
from grader.course import marks
from grader.course.columns import hundredths
from grader.course.filters import Filters, students
from grader.course.grades import max_score
from grader.course.marks import BY_HAND, EXCUSED, WITHHELD, Mark, Query, fetch
from grader.course.tables import CourseAssignment, Membership, User
from grader.errors import BadRequest

PEOPLE: Mapping[str, tuple[Any, ...]] = {
    "email": (User.email,),
    "name": (sa.func.lower(User.name), User.email),
    "section": (Membership.section, User.email),
}
SORTS = (*PEOPLE, "total")
"""What rows can be sorted by, besides the slug of an assignment; a `-` before it turns the order round."""


class Cell(NamedTuple):
    """The grade of a student in an assignment: `score` is what counts, `submission` the id it comes from, None where it
    was given by hand alone. `excused`: no part of the total. `withheld`: not shown to the student."""

    score: Fraction
    max_score: Fraction
    late: int
    submission: int | None
    overridden: bool
    excused: bool
    withheld: bool


@dataclass(frozen=True, slots=True)
class Column:
    """An assignment. `weight`, in hundredths, is what its scores are multiplied by in the total; `most`, in hundredths
    too, is what there is to get."""

    id: int
    slug: str
    weight: int
    most: int

    @property
    def max_score(self) -> Fraction:
        return hundredths(self.most)


class Row(NamedTuple):
    """A student. `marks` are the grades in the order of `columns`, None where there is none; `total` is the sum of the
    scores times the weights of their assignments."""

    user: int
    name: str
    email: str
    section: str
    group: str
    external_id: str
    columns: tuple[Column, ...]
    marks: tuple[Mark | None, ...]

    @property
    def scores(self) -> dict[str, Cell]:
        return {column.slug: cell_of(mark) for column, mark in zip(self.columns, self.marks, strict=True) if mark}

    @property
    def total(self) -> Fraction:
        return hundredths(total(self.columns, self.marks))


@dataclass(frozen=True, slots=True)
class Foot:
    """Under a column: the median of those who have a grade, and how many have one, of those who are not excused. Under
    the totals: of those who have one anywhere, among all."""

    median: Fraction | None
    submitted: int
    students: int


def cell_of(mark: Mark) -> Cell:
    _, _, score, most, late, submission, hand = mark
    decided = (bool(hand & BY_HAND), bool(hand & EXCUSED), bool(hand & WITHHELD))
    return Cell(hundredths(score), hundredths(most), late, submission, *decided)


def total(columns: Sequence[Column], marks: Sequence[Mark | None]) -> int:
    """In hundredths, rounded half up; in whole numbers all the way, since there are a thousand of them."""
    count = sum(
        mark[2] * column.weight
        for column, mark in zip(columns, marks, strict=True)
        if mark is not None and not mark[6] & EXCUSED
    )
    return (count + 50) // 100


def rows(
    session: Session,
    course_id: int,
    filters: Filters,
    *,
    sort: str = "email",
    user: int | None = None,
    begin: int = 0,
    limit: int | None = None,
) -> list[Row]:
    """The gradebook of a course, or `limit` rows of it from number `begin`. `user` leaves one student's own row,
    whatever the filters say. Raises BadRequest for a sort that is none."""
    columns, name = columns_of(session, course_id, filters), sort.removeprefix("-")
    people = _people(course_id, filters, user)
    if name in PEOPLE:
        return _rows(session, columns, _part(_sorted(people, PEOPLE[name], sort), begin, limit), all=limit is None)
    table = sorted(_rows(session, columns, people, all=True), key=_order(sort, columns), reverse=sort.startswith("-"))
    return table[begin : None if limit is None else begin + limit]


def _rows(session: Session, columns: tuple[Column, ...], people: Query, *, all: bool) -> list[Row]:
    """`all`: it is quicker to read every grade of these assignments than to look for those of each student."""
    persons, ids = fetch(session, people), [column.id for column in columns]
    found = marks.of(session, ids, None if all else [person[0] for person in persons])
    none: dict[int, Mark] = {}
    return [Row._make((*person, columns, tuple(map(found.get(person[0], none).get, ids)))) for person in persons]


def feet(table: Sequence[Row], columns: Sequence[Column]) -> Iterator[Foot]:
    """What stands under each column, and in the end under the totals."""
    for place in range(len(columns)):
        marks = [row.marks[place] for row in table]
        excused = sum(1 for mark in marks if mark and mark[6] & EXCUSED)
        scores = [mark[2] for mark in marks if mark and not mark[6] & EXCUSED]
        middle = Fraction(median(scores)) / 100 if scores else None
        yield Foot(middle, len(scores), len(table) - excused)
    graded = [row.marks for row in table if any(mark and not mark[6] & EXCUSED for mark in row.marks)]
    totals = [total(columns, marks) for marks in graded]
    yield Foot(Fraction(median(totals)) / 100 if totals else None, len(totals), len(table))


def columns_of(session: Session, course_id: int, filters: Filters) -> tuple[Column, ...]:
    """The assignments that are columns of the gradebook, in the order in which they are due."""
    query = sa.select(CourseAssignment).options(joinedload(CourseAssignment.unit))
    query = query.where(CourseAssignment.course_id == course_id)
    if filters.assignment is not None:
        query = query.where(CourseAssignment.slug == filters.assignment)
    due = (CourseAssignment.due.is_(None), CourseAssignment.due, CourseAssignment.slug)
    return tuple(map(_column, session.scalars(query.order_by(*due))))


def _column(one: CourseAssignment) -> Column:
    return Column(one.id, one.slug, int(one.weight * 100), int(max_score(one, one.unit.max_score) * 100))


def most(columns: Sequence[Column], marks: Sequence[Mark | None]) -> list[Fraction]:
    """What there is to get in each column, by a student's grades where there are any, and in the end in the total."""
    each = [column.most if mark is None else mark[3] for column, mark in zip(columns, marks, strict=True)]
    counted = zip(columns, marks, each, strict=True)
    sum_ = sum(one * column.weight for column, mark, one in counted if mark is None or not mark[6] & EXCUSED)
    return [hundredths(one) for one in (*each, (sum_ + 50) // 100)]


def slugs(session: Session, course_id: int, filters: Filters) -> list[str]:
    """The addresses of the columns."""
    return [column.slug for column in columns_of(session, course_id, filters)]


@lru_cache(maxsize=256)
def _people(course_id: int, filters: Filters, user: int | None) -> Query:
    about = (User.id, User.name, User.email, Membership.section, Membership.group, Membership.external_id)
    if user is None:
        return students(course_id, filters).with_only_columns(*about)
    own = sa.select(*about).join(Membership, Membership.user_id == User.id)
    return own.where(Membership.course_id == course_id, User.id == user)


def _sorted(people: Query, keys: Sequence[Any], sort: str) -> Query:
    return people.order_by(*(sa.desc(key) if sort.startswith("-") else key for key in keys))


def _part(people: Query, begin: int, limit: int | None) -> Query:
    return people if limit is None else people.limit(limit).offset(begin)


def _order(sort: str, columns: Sequence[Column]) -> Callable[[Row], Any]:
    name, names = sort.removeprefix("-"), [column.slug for column in columns]
    if name == "total":
        return lambda row: (total(columns, row.marks), row.email)
    if name not in names:
        raise BadRequest(Message("course.sort.unknown", {"sort": sort, "sorts": ", ".join([*SORTS, *names])}))
    place = names.index(name)  # who has no grade stands below who has the lowest
    return lambda row: (mark[2] if (mark := row.marks[place]) else -1, row.email)
