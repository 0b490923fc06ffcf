"""Questions that are answered in words: answering them, and marking what was answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy.orm import Session

from grader.api.assignments import opened
from grader.api.dependencies import Reader, Writer, permission
from grader.api.gradebook import Cursor, Filtered, Limit, paged
from grader.api.guard import guarded_router
from grader.api.marking_schemas import AnswerDetail, NewAnswer, NewMark
from grader.api.schemas import Page
from grader.api.submissions import course_of
from grader.course import answers, visibility
from grader.course.answers import Marked
from grader.course.permissions import Grant, find_student
from grader.course.tables import Answer, CourseAssignment, User
from grader.course.units import find_assignment

router = guarded_router(tags=["marking"])
Viewer = Annotated[Grant, Depends(permission("course.read"))]
Answerer = Annotated[Grant, Depends(permission("submission.create"))]
Staff = Annotated[Grant, Depends(permission("marking.read"))]
Marker = Annotated[Grant, Depends(permission("submission.mark"))]
PATH = "/courses/{course}/assignments/{slug}"


@router.get(PATH + "/answers")
def show_own(slug: str, grant: Viewer, session: Reader) -> Page[AnswerDetail]:
    """The questions of an assignment, and one's own answers."""
    now = datetime.now(UTC)
    assignment = opened(grant, find_assignment(session, course_of(grant), slug), now)
    return Page(items=[told(one) for one in own(session, grant, assignment, now)], next_cursor=None)


@router.put(PATH + "/answers/{question}")
def answer(slug: str, question: str, grant: Answerer, session: Writer, body: NewAnswer) -> AnswerDetail:
    """Answer a question, or answer it otherwise, as long as the assignment takes hand-ins. What was marked waits to be
    marked again. 409 where the answer is no more that of `version`."""
    assignment, now = find_assignment(session, course_of(grant), slug), datetime.now(UTC)
    me = grant.person.id
    row = answers.answer(session, assignment, me, question, body.text, body.version, now)
    return told(_one(session, assignment, question, row))


@router.get(PATH + "/marking")
def show_all(
    *,
    slug: str,
    grant: Staff,
    session: Reader,
    by: Filtered,
    question: Annotated[str | None, Query(max_length=64)] = None,
    unmarked: Annotated[bool, Query(description="Only what waits to be marked.")] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[AnswerDetail]:
    """What students answered, question by question."""
    assignment = find_assignment(session, course_of(grant), slug)
    rows = answers.listed(session, assignment, by, question=question, unmarked=unmarked)
    table, following = paged(rows, limit, cursor)
    return Page(items=[told(one) for one in table], next_cursor=following)


@router.put(PATH + "/marking/{question}/{user}")
def mark(  # noqa: PLR0917 - FastAPI passes them by name
    slug: str, question: str, user: str, grant: Marker, session: Writer, body: NewMark
) -> AnswerDetail:
    """Give points for a student's answer; they count at once. `user` is an id or an e-mail. 409 where the answer is no
    more that of `version`."""
    assignment = find_assignment(session, course_of(grant), slug)
    student = find_student(session, grant, user).user_id
    given = (body.points, body.remark, body.version)
    row = answers.mark(session, assignment, student, question, *given, by=grant.person.id)
    return told(_one(session, assignment, question, row))


def own(session: Session, grant: Grant, assignment: CourseAssignment, now: datetime) -> list[Marked]:
    """One's own answers; without what staff gave for them while that is not shown."""
    rows = answers.own(session, assignment, session.get_one(User, grant.person.id))
    if grant.staff or visibility.sight(session, assignment, {grant.person.id}, now).marks:
        return rows
    return [one.unseen for one in rows]


def _one(session: Session, assignment: CourseAssignment, question: str, row: Answer) -> Marked:
    return Marked.of(answers.question_of(assignment, question), session.get_one(User, row.user_id), row)


def told(one: Marked) -> AnswerDetail:
    return AnswerDetail(
        question=one.question.id,
        title=one.question.text,
        max_points=one.question.points,
        user=one.user.id,
        name=one.user.name,
        email=one.user.email,
        text=one.text,
        at=one.at,
        points=one.points,
        remark=one.remark,
        version=one.version,
    )
