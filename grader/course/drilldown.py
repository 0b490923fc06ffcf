"""One student in a course: every hand-in for every assignment, and what counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import gradebook, pages
from grader.course.filters import Filters
from grader.course.gradebook import Cell
from grader.course.tables import Course, CourseAssignment, Status, Submission
from grader.report.words import Title


@dataclass(frozen=True, slots=True)
class Work:
    """A student's hand-ins for an assignment, the oldest first, and the cell of the gradebook."""

    slug: str
    title: Title
    max_score: Fraction
    submissions: tuple[Submission, ...]
    cell: Cell | None

    @property
    def scores(self) -> tuple[Fraction, ...]:
        """Of the graded ones."""
        return tuple(one.score for one in self.submissions if one.status is Status.DONE and one.score is not None)


def of_student(session: Session, course: Course, user_id: int) -> list[Work]:
    """In the order of the gradebook's columns."""
    (row,) = gradebook.rows(session, course.id, Filters(), user=user_id)
    cells, handed_in = row.scores, _handed_in(session, course, user_id)
    query = sa.select(CourseAssignment).where(CourseAssignment.id.in_([column.id for column in row.columns]))
    assignments = {one.id: one for one in session.scalars(query)}
    return [
        Work(
            column.slug,
            pages.title_of(assignments[column.id]),
            assignments[column.id].unit.max_score,
            tuple(handed_in[column.id]),
            cells.get(column.slug),
        )
        for column in row.columns
    ]


def _handed_in(session: Session, course: Course, user_id: int) -> defaultdict[int, list[Submission]]:
    query = (
        sa.select(Submission)
        .join(Submission.assignment)
        .where(CourseAssignment.course_id == course.id, Submission.user_id == user_id)
        .order_by(Submission.received_at, Submission.id)
    )
    found: defaultdict[int, list[Submission]] = defaultdict(list)
    for submission in session.scalars(query):
        found[submission.assignment_id].append(submission)
    return found
