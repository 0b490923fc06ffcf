"""The forms below a report: comments of staff, and what a student asks about a check; and all that a course asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from fastapi import Depends, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from grader.api.comments import readable
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Filtered
from grader.api.guard import guarded_router
from grader.api.marking_schemas import NewComment, NewRequest, RequestAnswer
from grader.api.requests import of_submission
from grader.api.requests import told as told_request
from grader.api.submissions import course_of, row_of
from grader.core import Message, Report
from grader.course import comments, pages, requests
from grader.course.comments import Remark
from grader.course.permissions import PERMISSIONS, Grant
from grader.course.tables import Submission
from grader.errors import Unprocessable
from grader.report.shown import safe
from grader.report.words import check_title
from grader.web import forms
from grader.web.forms import FormFault
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Owner = Annotated[Grant, Depends(permission("submission.steer"))]
Marker = Annotated[Grant, Depends(permission("submission.mark"))]
Staff = Annotated[Grant, Depends(permission("marking.read"))]
Number = Annotated[int, Path(ge=0, le=2_147_483_647)]
PATH = "/submissions/{submission}"
MOST_SHOWN = 500
Short = Annotated[str, Field(max_length=300)]
Long = Annotated[str, Field(max_length=10_000)]


class CommentForm(BaseModel):
    """What is typed: empty where it is left out."""

    text: Long
    function: Short = ""
    path: Short = ""
    line: Short = ""
    points: Short = ""


class RequestForm(BaseModel):
    """`about` is the function and the check."""

    about: Short
    text: Long


@dataclass(frozen=True, slots=True)
class Askable:
    """A check that can be asked about: what a form sends, and what it is called."""

    value: str
    title: str


def beside_report(session: Session, grant: Grant, report: Report | None, lang: str) -> dict[str, Any]:
    """What the parts below a report show: the comments, what was asked, and what there is to choose from."""
    functions = report.functions if report else ()
    return {
        "comments": readable(session, grant),
        "requests": of_submission(session, grant),
        "marks": grant.role in PERMISSIONS["submission.mark"].roles,
        "check_title": lambda id: check_title(id, lang),
        "graded": [function.name for function in functions],
        "askable": [
            Askable(f"{function.name}/{check.id}", f"{safe(function.name)}: {check_title(check.id, lang)}")
            for function in functions
            for check in function.checks
        ],
    }


@router.post(PATH + "/comments")
def comment(grant: Marker, session: Writer, lang: Language, form: Annotated[CommentForm, Form()]) -> Response:
    """Write a comment by the API's own rules."""
    given = {name: value for name, value in form if value.strip() and name not in ("line", "points")}
    numbers = {name: forms.number(getattr(form, name)) for name in ("line", "points")}
    line = numbers["line"]
    typed = {**given, "points": numbers["points"], "line": int(line) if isinstance(line, Fraction) else line}
    body = _read(NewComment, typed, lang)
    remark = Remark(body.text, body.function, body.path, body.line, body.points)
    comments.write(session, _row(session, grant), remark, grant.person.id)
    return _back(grant, "comments")


@router.post(PATH + "/comments/{comment}/delete")
def uncomment(comment: Number, grant: Marker, session: Writer) -> Response:
    comments.delete(session, _row(session, grant), comment, grant.person.id)
    return _back(grant, "comments")


@router.post(PATH + "/requests")
def ask(grant: Owner, session: Writer, lang: Language, form: Annotated[RequestForm, Form()]) -> Response:
    """Ask by the API's own rules."""
    function, _, check = form.about.rpartition("/")
    body = _read(NewRequest, {"function": function, "check": check, "text": form.text}, lang)
    requests.ask(session, _row(session, grant), grant.person.id, body.function, body.check, body.text)
    return _back(grant, "requests")


@router.post(PATH + "/requests/{request_id}/withdraw")
def withdraw(request_id: Number, grant: Owner, session: Writer) -> Response:
    requests.withdraw(session, _row(session, grant), request_id, grant.person.id)
    return _back(grant, "requests")


@router.post(PATH + "/requests/{request_id}/replay")
def replay(request_id: Number, grant: Marker, session: Writer) -> Response:
    requests.replay(session, _row(session, grant), request_id, grant.person.id)
    return _back(grant, "requests")


@router.post(PATH + "/requests/{request_id}/answer")
def answer(
    request_id: Number, grant: Marker, session: Writer, lang: Language, text: Annotated[str, Form(max_length=10_000)]
) -> Response:
    body = _read(RequestAnswer, {"text": text}, lang)
    requests.answer(session, _row(session, grant), request_id, body.text, grant.person.id)
    return _back(grant, "requests")


@router.get("/courses/{course}/requests")
def show(
    request: Request,
    grant: Staff,
    session: Reader,
    by: Filtered,
    state: Annotated[Literal["open", "answered", "withdrawn", "all"], Query()] = "open",
) -> Response:
    """What the students of a course ask: open requests first of all."""
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    rows = requests.listed(session, course, by, None if state == "all" else state)
    return page(
        frame,
        "requests.html",
        title=say(frame, "marking.requests.title", course=course.title),
        course=course,
        staff=grant.staff,
        state=state,
        states=("open", "answered", "withdrawn", "all"),
        titles={slug: title.text(frame.lang) for slug, title in pages.titles(session, course).items()},
        rows=[told_request(one) for one in rows[:MOST_SHOWN]],
        count=len(rows),
        check=lambda id: check_title(id, frame.lang),
    )


def _read(model: Any, typed: Mapping[str, object], lang: str) -> Any:
    """Raises Unprocessable with the first thing that is wrong."""
    try:
        return forms.read(model, dict(typed), lang)
    except FormFault as fault:
        field, wrong = next(iter(fault.errors.items()))
        raise Unprocessable(Message("marking.form", {"wrong": wrong}), extra={"field": field}) from None


def _row(session: Session, grant: Grant) -> Submission:
    return session.get_one(Submission, row_of(grant).id)


def _back(grant: Grant, where: str) -> Response:
    return RedirectResponse(f"/submissions/{row_of(grant).id}#{where}", status_code=303)
