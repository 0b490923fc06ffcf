"""Questions that are answered in words: what a student answers, and the points that staff give for it.

An answer can be changed as long as the assignment takes hand-ins; one that was marked and is changed waits to be marked
again. Two who write at once: the second is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, grades, versions
from grader.course.filters import Filters, students
from grader.course.schedule import check_window
from grader.course.tables import Answer, CourseAssignment, Membership, User, now
from grader.errors import NotFound, Unprocessable

MOST_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True)
class Question:
    """`points` are the most that there are for it."""

    id: str
    text: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer beside its question and whose it is. `version` 0: there is none yet; `points` None: it was not marked,
    or that is not shown."""

    question: Question
    user: User
    text: str = ""
    at: datetime | None = None
    points: Fraction | None = None
    remark: str = ""
    version: int = versions.ABSENT

    @staticmethod
    def of(question: Question, user: User, row: Answer | None) -> Marked:
        if row is None:
            return Marked(question, user)
        return Marked(question, user, row.text, row.at, row.points, row.remark, row.version)

    @property
    def waits(self) -> bool:
        """Whether it is to be marked."""
        return self.points is None and bool(self.text.strip())

    @property
    def unseen(self) -> Marked:
        """The answer without what staff gave for it."""
        return replace(self, points=None, remark="")


def questions(assignment: CourseAssignment) -> list[Question]:
    return [Question(one["id"], one["text"], Fraction(str(one["points"]))) for one in assignment.questions]


def question_of(assignment: CourseAssignment, id: str) -> Question:
    """Raises NotFound."""
    found = next((one for one in questions(assignment) if one.id == id), None)
    if found is None:
        raise NotFound(Message("marking.question.unknown", {"id": id}))
    return found


def answer(  # noqa: PLR0917
    session: Session, assignment: CourseAssignment, user_id: int, id: str, text: str, version: int | None, at: datetime
) -> Answer:
    """Answer a question, or answer it otherwise. Raises NotFound, Forbidden outside the time of the assignment,
    Conflict where the answer was changed meanwhile."""
    question_of(assignment, id)
    check_window(session, assignment, user_id, at)
    row = _locked(session, assignment, user_id, id)
    _check_version(session, row, version, user_id)
    if row is None:
        row = Answer(assignment_id=assignment.id, user_id=user_id, question=id)
        session.add(row)
    elif row.text == text:
        return row
    marked = row.points is not None
    row.text, row.at, row.points, row.remark = text, at, None, ""
    row.marked_at = row.marked_by_id = None
    row.version = (row.version or versions.ABSENT) + 1
    session.flush()
    if marked:
        grades.settle(session, assignment, user_id)
    return row


def mark(  # noqa: PLR0917
    session: Session,
    assignment: CourseAssignment,
    user_id: int,
    id: str,
    points: Fraction | None,
    remark: str,
    version: int | None,
    by: int,
) -> Answer:
    """Give points for an answer, of those that there are; None takes them back. Also where nothing was answered.

    Raises NotFound for an unknown question, Unprocessable for too many points, Conflict where it was changed."""
    most = question_of(assignment, id).points
    if points is not None and not 0 <= points <= most:
        raise Unprocessable(Message("marking.points.range", {"most": float(most)}), extra={"field": "points"})
    row = _locked(session, assignment, user_id, id)
    _check_version(session, row, version, user_id)
    if row is None:
        row = Answer(assignment_id=assignment.id, user_id=user_id, question=id, version=versions.ABSENT)
        session.add(row)
    row.points, row.remark, row.version = points, remark, row.version + 1
    row.marked_by_id, row.marked_at = by, now()
    detail = {"question": id, "user": user_id, "points": None if points is None else float(points)}
    audit.record(session, "mark", assignment.slug, user_id=by, course_id=assignment.course_id, detail=detail)
    session.flush()
    grades.settle(session, assignment, user_id)
    return row


def own(session: Session, assignment: CourseAssignment, user: User) -> list[Marked]:
    """A student's answers, question by question."""
    query = sa.select(Answer).where(Answer.assignment_id == assignment.id, Answer.user_id == user.id)
    rows = {row.question: row for row in session.scalars(query)}
    return [Marked.of(one, user, rows.get(one.id)) for one in questions(assignment)]


def listed(
    session: Session, assignment: CourseAssignment, by: Filters, *, question: str | None = None, unmarked: bool = False
) -> list[Marked]:
    """What students answered, question by question, in the order of their addresses. `unmarked`: what waits for it."""
    query = (
        sa.select(Answer, User)
        .join(User, User.id == Answer.user_id)
        .where(Answer.assignment_id == assignment.id, Answer.user_id.in_(students(assignment.course_id, by)))
        .order_by(User.email)
    )
    if unmarked:
        query = query.where(Answer.points.is_(None), Answer.text != "")
    rows = session.execute(query).all()
    known = [one for one in questions(assignment) if question in (None, one.id)]
    return [Marked.of(one, user, row) for one in known for row, user in rows if row.question == one.id]


def _locked(session: Session, assignment: CourseAssignment, user_id: int, id: str) -> Answer | None:
    """The answer, after whatever else changes the grades of its student."""
    session.execute(
        sa.select(Membership.user_id)
        .where(Membership.course_id == assignment.course_id, Membership.user_id == user_id)
        .with_for_update()
    )
    return session.get(Answer, (assignment.id, user_id, id), populate_existing=True)


def _check_version(session: Session, row: Answer | None, version: int | None, user_id: int) -> None:
    if row is None:
        versions.check(versions.ABSENT, version, None, None)
        return
    marked = row.marked_at is not None and row.marked_at >= row.at
    who, at = (row.marked_by_id, row.marked_at) if marked else (user_id, row.at)
    versions.check(row.version, version, versions.name_of(session, who), at)
