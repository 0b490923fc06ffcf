"""`/courses/{course}/assignments/{slug}/allowances`: who has another due time, whose score was decided? And for one
student, the forms that say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from grader.api.allowances import student
from grader.api.assignment_schemas import NewExtension, NewOverride
from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import allowances, grades, pages, units, versions
from grader.course.allowances import Student
from grader.course.permissions import Grant, find_students
from grader.course.tables import CourseAssignment, Extension, Grade, Override, User
from grader.errors import GraderError
from grader.web import forms
from grader.web.forms import Errors, FormFault
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
Extender = Annotated[Grant, Depends(permission("extension.edit"))]
Decider = Annotated[Grant, Depends(permission("override.edit"))]
PATH = "/courses/{course}/assignments/{slug}/allowances"
MOST_SHOWN = 2000
Word = Annotated[str, Field(max_length=300)]
Long = Annotated[str, Field(max_length=2000)]
Action = Literal["save", "remove"]


class ExtensionForm(BaseModel):
    """What is typed, and the version that it began from."""

    version: int
    due: Word = ""
    closes: Word = ""
    reason: Long = ""
    action: Action = "save"


class OverrideForm(BaseModel):
    """What is typed and ticked, and the version that it began from."""

    version: int
    score: Word = ""
    excused: bool = False
    withheld: bool = False
    reason: Long = ""
    action: Action = "save"


@router.get(PATH)
def show(
    request: Request,
    slug: str,
    grant: Extender,
    session: Reader,
    user: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """The lists; `user`, an e-mail, a number or words of a name, leads to that student's forms, or to the choice."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    frame = frame_of(request, session, grant.person, course_of(grant))
    typed = user.strip()
    found = find_students(session, grant, typed) if typed else []
    if len(found) == 1:
        return RedirectResponse(f"{_base(grant, slug)}/allowances/{found[0].user_id}", 303)
    nobody = say(frame, "roster.allowances.nobody", typed=typed, course=grant.here.slug)
    problem, status = (nobody, 404) if typed and not found else ("", 200)
    return page(
        frame,
        "allowances.html",
        status=status,
        **_about(frame, grant, assignment),
        title=say(frame, "schedule.allowances.title", assignment=pages.title_of(assignment).text(frame.lang)),
        extensions=allowances.listed(session, assignment, Extension)[:MOST_SHOWN],
        overrides=allowances.listed(session, assignment, Override)[:MOST_SHOWN],
        found=found[:MOST_SHOWN],
        typed=typed,
        problem=problem,
    )


@router.get(PATH + "/{user}")
def show_one(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, slug: str, user: str, grant: Extender, session: Reader, saved: bool = False
) -> Response:
    return _one(request, session, grant, student(session, grant, slug, user), saved=saved)


@router.post(PATH + "/{user}/extension")
def extend(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, slug: str, user: str, grant: Extender, session: Writer, form: Annotated[ExtensionForm, Form()]
) -> Response:
    who = student(session, grant, slug, user, form.version)
    return _done(request, session, grant, who, form, _extend)


@router.post(PATH + "/{user}/override")
def decide(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, slug: str, user: str, grant: Decider, session: Writer, form: Annotated[OverrideForm, Form()]
) -> Response:
    who = student(session, grant, slug, user, form.version)
    return _done(request, session, grant, who, form, _decide)


def _extend(session: Session, who: Student, form: ExtensionForm, frame: Frame) -> None:
    if form.action == "remove":
        allowances.withdraw(session, who, Extension)
        return
    times = {name: forms.moment(getattr(form, name), frame.zone, frame.lang, name) for name in ("due", "closes")}
    given = {name: at for name, at in times.items() if at is not None}
    body = forms.read(NewExtension, {"reason": form.reason, **given}, frame.lang)
    allowances.extend(session, who, due=body.due, closes=body.closes, reason=body.reason)


def _decide(session: Session, who: Student, form: OverrideForm, frame: Frame) -> None:
    if form.action == "remove":
        allowances.withdraw(session, who, Override)
        return
    typed = {"excused": form.excused, "withheld": form.withheld, "reason": form.reason}
    body = forms.read(NewOverride, typed | {"score": forms.number(form.score)}, frame.lang)
    allowances.override(session, who, body.score, body.excused, body.withheld, body.reason)


F = TypeVar("F", ExtensionForm, OverrideForm)


def _done(  # noqa: PLR0917
    request: Request,
    session: Session,
    grant: Grant,
    who: Student,
    form: F,
    act: Callable[[Session, Student, F, Frame], None],
) -> Response:
    """Do it by the API's own rules, and show the student's page again; what is refused is told beside its field."""
    frame = frame_of(request, session, grant.person, course_of(grant))
    try:
        with session.begin_nested():
            act(session, who, form, frame)
    except FormFault as fault:
        return _one(request, session, grant, who, form, errors=fault.errors, status=422)
    except GraderError as error:
        errors = forms.of_error(error, frame.lang)
        return _one(request, session, grant, who, form, errors=errors, status=error.status)
    return RedirectResponse(f"{_base(grant, who.assignment.slug)}/allowances/{who.user_id}?saved=1", 303)


def _one(
    request: Request,
    session: Session,
    grant: Grant,
    who: Student,
    form: ExtensionForm | OverrideForm | None = None,
    *,
    errors: Errors | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    assignment, frame = who.assignment, frame_of(request, session, grant.person, course_of(grant))
    user = session.get_one(User, who.user_id)
    extension, override = session.get(Extension, who.key), session.get(Override, who.key)
    return page(
        frame,
        "allowance.html",
        status=status,
        **_about(frame, grant, assignment),
        title=say(frame, "schedule.allowance.title", name=user.name or user.email),
        student=user,
        extension=extension,
        override=override,
        e=form if isinstance(form, ExtensionForm) else extension_form(extension, frame),
        o=form if isinstance(form, OverrideForm) else override_form(override),
        of=None if form is None else "extension" if isinstance(form, ExtensionForm) else "override",
        grade=session.get(Grade, who.key),
        most=grades.max_score(assignment, assignment.unit.max_score),
        due=assignment.due,
        errors=errors or {},
        saved=saved and not errors,
    )


def extension_form(row: Extension | None, frame: Frame) -> ExtensionForm:
    if row is None:
        return ExtensionForm(version=versions.ABSENT)
    times = {"due": forms.local(row.due, frame.zone), "closes": forms.local(row.closes, frame.zone)}
    return ExtensionForm(version=row.version, reason=row.reason, **times)


def override_form(row: Override | None) -> OverrideForm:
    if row is None:
        return OverrideForm(version=versions.ABSENT)
    ticked = {"excused": row.excused, "withheld": row.withheld}
    return OverrideForm(version=row.version, score=forms.shown(row.score), reason=row.reason, **ticked)


def _about(frame: Frame, grant: Grant, assignment: CourseAssignment) -> dict[str, Any]:
    return {
        "assignment_title": pages.title_of(assignment).text(frame.lang),
        "course": course_of(grant),
        "staff": grant.staff,
        "base": _base(grant, assignment.slug),
    }


def _base(grant: Grant, slug: str) -> str:
    return f"/courses/{course_of(grant).slug}/assignments/{slug}"
