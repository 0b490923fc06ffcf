"""`/courses/{course}/copy`: what would the next term look like? Its dates first, then the course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api import site
from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.site import CourseCopy
from grader.course import copying, pages
from grader.course.permissions import Grant
from grader.errors import GraderError
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
Copier = Annotated[Grant, Depends(permission("course.copy"))]
PATH = "/courses/{course}/copy"
Word = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment: its moments now, and in the copy."""

    title: str
    opens: tuple[datetime, datetime] | None
    due: tuple[datetime, datetime] | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds."""

    slug: str = ""
    title: str = ""
    begins: str = ""
    staff: tuple[str, ...] = ()


@router.get(PATH)
def show(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Copier,
    session: Reader,
    slug: str = "",
    title: str = "",
    begins: str = "",
    staff: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """With `begins`, the dates as they would be."""
    return _page(request, grant, session, Typed(slug, title, begins, tuple(staff or ())))


def _page(request: Request, grant: Grant, session: Session, typed: Typed, error: GraderError | None = None) -> Response:
    frame, course = frame_of(request, session, grant.person, grant.here), grant.here
    rows: list[Row] = []
    try:
        rows = _rows(frame, session, grant, typed.begins) if typed.begins else []
    except GraderError as wrong:
        error = error or wrong
    return page(
        frame,
        "copy.html",
        status=error.status if error else 200,
        title=say(frame, "people.copy.title", course=course.title),
        here="settings",
        course=course,
        staff=True,
        first=copying.begins(session, course),
        rows=rows,
        typed=typed,
        problem=text(error.message, frame.lang) if error else "",
        helpers=[one for one in copying.staff_of(session, course) if one.user_id != grant.person.id],
    )


def _rows(frame: Frame, session: Session, grant: Grant, begins: str) -> list[Row]:
    """Raises BadRequest where the dates cannot be moved so."""
    days = copying.days_until(session, grant.here, copying.day(begins))
    return [
        Row(
            pages.title_of(one).text(frame.lang),
            (one.opens, then["opens"]) if one.opens else None,
            (one.due, then["due"]) if one.due else None,
        )
        for one, then in copying.dates(session, grant.here, days)
    ]


def _body(typed: Typed) -> CourseCopy:
    """A course without dates is copied as it is. Raises BadRequest."""
    staff = list(typed.staff)
    if not typed.begins:
        return CourseCopy(slug=typed.slug, title=typed.title, days=0, staff=staff)
    return CourseCopy(slug=typed.slug, title=typed.title, begins=copying.day(typed.begins), staff=staff)


@router.post(PATH)
def copy(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Copier,
    session: Writer,
    slug: Word = "",
    title: Word = "",
    begins: Word = "",
    staff: Annotated[list[site.Word] | None, Form(max_length=site.MOST_STAFF)] = None,
) -> Response:
    """What cannot be is told beside what was typed."""
    typed = Typed(slug, title, begins, tuple(staff or ()))
    try:
        with session.begin_nested():
            made = site.copied(session, grant, _body(typed))
    except GraderError as error:
        return _page(request, grant, session, typed, error)
    return RedirectResponse(f"/courses/{made.slug}/gradebook", status_code=303)
