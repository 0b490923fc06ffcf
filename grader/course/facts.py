"""All that grades depend on besides the settings, read at once for some students or for everyone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import reckoning
from grader.course.reckoning import NOTHING, HandIn
from grader.course.schedule import own_due
from grader.course.tables import (
    Answer,
    Comment,
    CourseAssignment,
    Extension,
    Membership,
    Override,
    Status,
    Submission,
)

Key = tuple[int, int]
"""Assignment and student."""
Supposed = tuple[Fraction, Fraction] | None
"""Points of so many; None: as if it had none."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`groups` says who is in which group now, `answers` the points for each question. `moved` are own submissions that
    are not as late as their row says, by id, with the seconds that they are; `supposed` are points in place of those
    that submissions have, by id."""

    groups: Mapping[int, str]
    extensions: Mapping[Key, Extension]
    overrides: Mapping[Key, Override]
    answers: Mapping[Key, Mapping[str, Fraction]]
    moved: dict[int, int] = field(default_factory=dict)
    supposed: Mapping[int, Supposed] = field(default_factory=dict)
    _own: defaultdict[Key, list[HandIn]] = field(default_factory=lambda: defaultdict(list))
    _theirs: defaultdict[tuple[int, str], list[tuple[int, HandIn]]] = field(default_factory=lambda: defaultdict(list))

    def hand_ins(self, assignment: CourseAssignment, user: int) -> list[HandIn]:
        """The graded submissions that count for a student, their own and their team's, as they were received."""
        own = self._own.get((assignment.id, user), [])
        group = self.groups.get(user, "") if assignment.teams else ""
        if not group:
            return own
        others = [one for owner, one in self._theirs.get((assignment.id, group), ()) if owner != user]
        return sorted([*own, *others], key=lambda one: (one.received_at, one.id))

    def students(self) -> set[int]:
        """Everyone about whom there is anything."""
        told = {user for _, user in (*self._own, *self.overrides, *self.answers)}
        return told | self.groups.keys()

    def take(self, assignment: CourseAssignment, row: Any, whose: Collection[int] | None) -> None:
        """Take a row of `_submissions` in; `whose` own, None: everyone's, are looked at for how late they are."""
        if whose is None or row.user_id in whose:
            late = late_of(assignment, self.extensions.get((assignment.id, row.user_id)), row.received_at)
            if late != row.late:
                self.moved[row.id] = late
        own = (row.score or NOTHING, row.max_score or NOTHING) if row.status is Status.DONE else None
        points: Supposed = self.supposed.get(row.id, own)
        if points is not None:
            score, most = points
            one = HandIn(row.id, row.received_at, score, most, row.chosen, row.remarks or NOTHING)
            self._own[assignment.id, row.user_id].append(one)
            if row.team:
                self._theirs[assignment.id, row.team].append((row.user_id, one))


def read(
    session: Session,
    course_id: int,
    assignments: Sequence[CourseAssignment],
    users: Collection[int] | None,
    supposed: Mapping[int, Supposed] | None = None,
) -> Facts:
    """`users` None: everyone."""
    known = {one.id: one for one in assignments}
    groups = sa.select(Membership.user_id, Membership.group).where(Membership.course_id == course_id)
    facts = Facts(
        groups=dict(session.execute(only(groups, Membership.user_id, users)).all()),
        extensions=rows(session, Extension, known, users),
        overrides=rows(session, Override, known, users),
        answers=_answers(session, known, users),
        supposed=supposed or {},
    )
    for row in _submissions(session, known, users, facts.groups):
        facts.take(known[row.assignment_id], row, users)
    return facts


def late_of(assignment: CourseAssignment, extension: Extension | None, received: datetime) -> int:
    """Seconds after a student's own due time; 0 in time and within the grace."""
    grace = timedelta(minutes=assignment.grace_minutes)
    return reckoning.late_seconds(own_due(assignment, extension), grace, received)


def rows(session: Session, table: Any, assignments: Collection[int], users: Collection[int] | None) -> dict[Key, Any]:
    """The rows of a table that has one for each student in an assignment, as the database has them now."""
    query = only(sa.select(table).where(table.assignment_id.in_(assignments)), table.user_id, users)
    found = session.scalars(query.execution_options(populate_existing=True))
    return {(row.assignment_id, row.user_id): row for row in found}


def only(query: Any, column: Any, users: Collection[int] | None) -> Any:
    return query if users is None else query.where(column.in_(users))


def _answers(
    session: Session, assignments: Collection[int], users: Collection[int] | None
) -> dict[Key, dict[str, Fraction]]:
    marked = sa.select(Answer.assignment_id, Answer.user_id, Answer.question, Answer.points).where(
        Answer.assignment_id.in_(assignments), Answer.points.is_not(None)
    )
    found: defaultdict[Key, dict[str, Fraction]] = defaultdict(dict)
    for assignment_id, user, question, points in session.execute(only(marked, Answer.user_id, users)):
        found[assignment_id, user][question] = points
    return found


def _submissions(
    session: Session,
    known: Mapping[int, CourseAssignment],
    users: Collection[int] | None,
    groups: Mapping[int, str],
) -> Iterator[Any]:
    """What these students and their teams handed in, in the order in which it was received."""
    remarks = sa.select(sa.func.sum(Comment.points)).where(
        Comment.submission_id == Submission.id, Comment.deleted_at.is_(None)
    )
    query = sa.select(
        remarks.scalar_subquery().label("remarks"),
        Submission.id,
        Submission.assignment_id,
        Submission.user_id,
        Submission.team,
        Submission.received_at,
        Submission.late,
        Submission.status,
        Submission.score,
        Submission.max_score,
        Submission.chosen,
    ).where(Submission.assignment_id.in_(known))
    if users is not None:
        shared = [one.id for one in known.values() if one.teams]
        names = {group for group in groups.values() if group}
        mine = Submission.user_id.in_(users)
        theirs = Submission.assignment_id.in_(shared) & Submission.team.in_(names)
        query = query.where(mine | theirs if shared and names else mine)
    yield from session.execute(query.order_by(Submission.received_at, Submission.id))
