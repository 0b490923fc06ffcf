"""Answers in words: the student's form, `/courses/{course}/assignments/{slug}/answers`; and for staff
`/courses/{course}/assignments/{slug}/marking`: which one is to be marked next? Enter saves it and brings the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from grader.api.answers import own
from grader.api.assignments import change, opened
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Filtered
from grader.api.guard import guarded_router
from grader.api.marking_schemas import NewAnswer, NewMark
from grader.api.submissions import course_of
from grader.course import answers, pages
from grader.course.answers import Marked, Question
from grader.course.filters import Filters
from grader.course.permissions import Grant, find_student
from grader.course.tables import CourseAssignment
from grader.course.units import find_assignment
from grader.errors import GraderError
from grader.web import forms
from grader.web.forms import Errors, FormFault
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
Viewer = Annotated[Grant, Depends(permission("course.read"))]
Answerer = Annotated[Grant, Depends(permission("submission.create"))]
Staff = Annotated[Grant, Depends(permission("marking.read"))]
Marker = Annotated[Grant, Depends(permission("submission.mark"))]
Editor = Annotated[Grant, Depends(permission("assignment.edit"))]
PATH = "/courses/{course}/assignments/{slug}"
Short = Annotated[str, Field(max_length=300)]


class AnswerForm(BaseModel):
    """What is typed, and the version that it began from."""

    question: Short
    version: int
    text: Annotated[str, Field(max_length=100_000)] = ""


class MarkForm(BaseModel):
    """The same of staff; `only` is the question that is being marked, empty for all."""

    question: Short
    user: int
    version: int
    points: Short = ""
    remark: Annotated[str, Field(max_length=10_000)] = ""
    only: Short = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many answers to a question there are, and how many of them wait."""

    question: Question
    given: int
    waiting: int


@router.get(PATH + "/answers")
def show(request: Request, slug: str, grant: Viewer, session: Reader, saved: str = "") -> Response:
    return _answers(request, session, grant, slug, saved=saved)


@router.post(PATH + "/answers")
def save(
    request: Request, slug: str, grant: Answerer, session: Writer, form: Annotated[AnswerForm, Form()]
) -> Response:
    """Answer by the API's own rules; what is refused is told beside what was typed."""
    assignment, frame = _find(request, session, grant, slug)
    try:
        with session.begin_nested():
            body = forms.read(NewAnswer, {"text": form.text, "version": form.version}, frame.lang)
            given = (form.question, body.text, body.version, frame.now)
            answers.answer(session, assignment, grant.person.id, *given)
    except FormFault as fault:
        return _answers(request, session, grant, slug, typed=form, errors=fault.errors, status=422)
    except GraderError as error:
        errors = forms.of_error(error, frame.lang)
        return _answers(request, session, grant, slug, typed=form, errors=errors, status=error.status)
    query = urlencode({"saved": form.question})
    return RedirectResponse(f"{_base(grant, slug)}/answers?{query}#question-{form.question}", 303)


@router.get(PATH + "/marking")
def mark_next(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    slug: str,
    grant: Staff,
    session: Reader,
    by: Filtered,
    question: Annotated[str, Query(max_length=64)] = "",
    student: Annotated[int | None, Query(ge=0, le=2_147_483_647)] = None,
) -> Response:
    """The next answer that waits, of one question or of all; or that of `student`."""
    return _marking(request, session, grant, slug, by=by, only=question, user=student)


@router.post(PATH + "/marking")
def mark(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, slug: str, grant: Marker, session: Writer, by: Filtered, form: Annotated[MarkForm, Form()]
) -> Response:
    """Mark by the API's own rules, and go on to the next."""
    assignment, frame = _find(request, session, grant, slug)
    student = find_student(session, grant, str(form.user))
    typed = {"points": forms.number(form.points), "remark": form.remark, "version": form.version}
    try:
        with session.begin_nested():
            body = forms.read(NewMark, typed, frame.lang)
            given = (form.question, body.points, body.remark, body.version)
            answers.mark(session, assignment, student.user_id, *given, by=grant.person.id)
    except FormFault as fault:
        return _marking(request, session, grant, slug, by=by, form=form, errors=fault.errors, status=422)
    except GraderError as error:
        errors = forms.of_error(error, frame.lang)
        return _marking(request, session, grant, slug, by=by, form=form, errors=errors, status=error.status)
    return RedirectResponse(f"{_base(grant, slug)}/marking?{urlencode({'question': form.only})}", 303)


@router.post(PATH + "/release")
def release(slug: str, grant: Editor, session: Writer, lang: Language, released: Annotated[bool, Form()]) -> Response:
    """Release scores and what waits for that, or take it back: a setting, changed as the others are."""
    change(session, grant, slug, {"released": released}, lang)
    return RedirectResponse(_base(grant, slug), 303)


def _answers(
    request: Request,
    session: Session,
    grant: Grant,
    slug: str,
    *,
    typed: AnswerForm | None = None,
    errors: Errors | None = None,
    status: int = 200,
    saved: str = "",
) -> Response:
    assignment, frame = _find(request, session, grant, slug)
    return page(
        frame,
        "answers.html",
        status=status,
        **_about(frame, grant, assignment, "marking.answers.title"),
        **questions_of(session, grant, assignment, frame),
        typed=typed,
        errors=errors or {},
        saved=saved,
    )


def questions_of(session: Session, grant: Grant, assignment: CourseAssignment, frame: Frame) -> dict[str, Any]:
    """What the forms of the questions need."""
    try:
        opened(grant, assignment, frame.now)
    except GraderError:
        return {"questions": []}
    return {"questions": own(session, grant, assignment, frame.now)}


def _marking(
    request: Request,
    session: Session,
    grant: Grant,
    slug: str,
    *,
    by: Filters,
    only: str = "",
    user: int | None = None,
    form: MarkForm | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    assignment, frame = _find(request, session, grant, slug)
    rows = answers.listed(session, assignment, by)
    if form is not None:
        only, user = form.only, form.user
    asked = form.question if form else only
    return page(
        frame,
        "marking.html",
        status=status,
        **_about(frame, grant, assignment, "marking.page.title"),
        counts=_counts(assignment, rows),
        one=_next(rows, asked, user),
        rows=[row for row in rows if only in ("", row.question.id)],
        only=only,
        typed=form,
        errors=errors or {},
    )


def _next(rows: list[Marked], question: str, user: int | None) -> Marked | None:
    """The answer that is to be looked at: that of `user`, else the first that waits."""
    asked = [row for row in rows if question in ("", row.question.id)]
    if user is not None:
        return next((row for row in asked if row.user.id == user), None)
    return next((row for row in asked if row.waits), None)


def _counts(assignment: CourseAssignment, rows: list[Marked]) -> list[Count]:
    return [
        Count(
            one,
            sum(row.question.id == one.id for row in rows),
            sum(row.question.id == one.id and row.waits for row in rows),
        )
        for one in answers.questions(assignment)
    ]


def _find(request: Request, session: Session, grant: Grant, slug: str) -> tuple[CourseAssignment, Frame]:
    course = course_of(grant)
    return find_assignment(session, course, slug), frame_of(request, session, grant.person, course)


def _about(frame: Frame, grant: Grant, assignment: CourseAssignment, title: str) -> dict[str, Any]:
    called = pages.title_of(assignment).text(frame.lang)
    return {
        "title": say(frame, title, assignment=called),
        "assignment_title": called,
        "course": course_of(grant),
        "staff": grant.staff,
        "base": _base(grant, assignment.slug),
    }


def _base(grant: Grant, slug: str) -> str:
    return f"/courses/{course_of(grant).slug}/assignments/{slug}"
