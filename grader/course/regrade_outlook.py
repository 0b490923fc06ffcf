"""What a dry run would come to for the students, were it applied: the score that counts, and which attempt it is of.

A submission that falls may leave its place to an earlier attempt, a penalty or a score given by hand stays: so that
what a dry run says of submissions is not yet what the gradebook says of students. It is told by the same function that
writes the grades (`grades.foretell`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import grades, teams, terms
from grader.course.facts import Supposed
from grader.course.tables import CourseAssignment, Grade, Regrade, RegradeItem, Submission, User


@dataclass(frozen=True, slots=True)
class Outlook:
    """A student's score in the assignment, now and once the dry run is applied; None: no score. `submission` and
    `number` are of the hand-in that would count then, `instead` says that it is another one than now."""

    user: int
    name: str
    email: str
    old: Fraction | None
    new: Fraction | None
    submission: int | None
    number: int | None
    instead: bool

    @property
    def difference(self) -> Fraction:
        return (self.new or Fraction(0)) - (self.old or Fraction(0))


def outlooks(session: Session, regrade: Regrade) -> list[Outlook]:
    """The students for whom applying a dry run that is ready changes the score or the hand-in that counts, the largest
    change first. Empty in every other state."""
    if regrade.state != "ready":
        return []
    assignment = session.get_one(CourseAssignment, regrade.assignment_id)
    submissions = session.execute(
        sa.select(RegradeItem, Submission)
        .join(Submission, Submission.id == RegradeItem.submission_id)
        .where(RegradeItem.regrade_id == regrade.id, RegradeItem.state == "done")
    ).all()
    applied = [(item, one) for item, one in submissions if would_apply(regrade, item, one)]
    most = assignment.unit.max_score
    supposed: dict[int, Supposed] = {one.id: None if item.new is None else (item.new, most) for item, one in applied}
    users = {user for _, one in applied for user in concerned(session, assignment, one)}
    found = list(_compared(session, assignment, grades.foretell(session, assignment, users, supposed)))
    return sorted(found, key=lambda one: (-abs(one.difference), one.name.casefold() or one.email))


def would_apply(regrade: Regrade, item: RegradeItem, submission: Submission) -> bool:
    """Whether the new report of an item is to hold: not where another holds by now than the one it compares with, and
    not where it is lower and that is to be left."""
    return submission.report_id == item.old_report_id and not is_left_lower(regrade, item)


def is_left_lower(regrade: Regrade, item: RegradeItem) -> bool:
    return regrade.never_lower and item.old is not None and (item.new is None or item.new < item.old)


def concerned(session: Session, assignment: CourseAssignment, submission: Submission) -> set[int]:
    return teams.sharers(session, submission) if assignment.teams else {submission.user_id}


def _compared(session: Session, assignment: CourseAssignment, foretold: dict[int, Any]) -> Iterator[Outlook]:
    """Those for whom something changes."""
    grades_now = sa.select(Grade).where(Grade.assignment_id == assignment.id, Grade.user_id.in_(foretold))
    now = {one.user_id: one for one in session.scalars(grades_now)}
    ids = {then["submission_id"] for then in foretold.values() if then}
    of_them = sa.select(Submission.id, Submission.number).where(Submission.id.in_(ids))
    numbers: dict[int | None, int] = {one.id: one.number for one in session.execute(of_them)}
    for user in session.scalars(sa.select(User).where(User.id.in_(foretold))):
        grade, then = now.get(user.id), foretold[user.id]
        old, counted = (grade.score, grade.submission_id) if grade else (None, None)
        new, counts = (then["score"], then["submission_id"]) if then else (None, None)
        if (old, counted) != (new, counts):
            instead = counted not in (None, counts)
            yield Outlook(user.id, user.name, user.email, old, new, counts, numbers.get(counts), instead)


def other_terms(session: Session, regrade: Regrade) -> bool:
    """Whether some of its submissions hold a report made by other terms (points, tolerance, conventions) than those
    that the assignment has now: then what is handed in from now on is graded otherwise than they were."""
    assignment = session.get_one(CourseAssignment, regrade.assignment_id)
    today = terms.of(session, assignment).stored()
    held = session.scalars(
        sa.select(Submission.terms)
        .join(RegradeItem, RegradeItem.submission_id == Submission.id)
        .where(RegradeItem.regrade_id == regrade.id)
    )
    return any(one is not None and one != today for one in held)
