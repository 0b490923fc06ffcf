"""`/site`: which courses are there, and who runs the site? For its administrators."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.site import NewCourse, made
from grader.course import site
from grader.course.permissions import Grant
from grader.errors import GraderError
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Admin = Annotated[Grant, Depends(permission("site.admin"))]
Word = Annotated[str, Form(max_length=200)]
MOST_SHOWN = 200


@router.get("/site")
def show(request: Request, grant: Admin, session: Reader) -> Response:
    return _courses(request, grant, session)


def _courses(
    request: Request, grant: Grant, session: Session, error: GraderError | None = None, typed: NewCourse | None = None
) -> Response:
    frame = frame_of(request, session, grant.person)
    return page(
        frame,
        "site.html",
        status=error.status if error else 200,
        title=say(frame, "people.site.title"),
        here="site",
        lines=site.courses(session),
        typed=typed or NewCourse(slug=""),
        problem=text(error.message, frame.lang) if error else "",
    )


@router.post("/site/courses")
def make_course(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, grant: Admin, session: Writer, slug: Word, title: Word = "", timezone: Word = "UTC"
) -> Response:
    body = NewCourse(slug=slug, title=title, timezone=timezone)
    try:
        course = made(session, grant, body)
    except GraderError as error:
        return _courses(request, grant, session, error, body)
    return RedirectResponse(f"/courses/{course.slug}/members", status_code=303)


@router.get("/site/people")
def show_people(
    request: Request, grant: Admin, session: Reader, search: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    return _people(request, grant, session, search)


def _people(
    request: Request, grant: Grant, session: Session, search: str, error: GraderError | None = None
) -> Response:
    frame = frame_of(request, session, grant.person)
    everyone = session.scalars(site.people(search).limit(MOST_SHOWN + 1)).all()
    return page(
        frame,
        "site_people.html",
        status=error.status if error else 200,
        title=say(frame, "people.site.people"),
        here="site",
        people=everyone[:MOST_SHOWN],
        more=len(everyone) > MOST_SHOWN,
        most=MOST_SHOWN,
        search=search,
        problem=text(error.message, frame.lang) if error else "",
    )


@router.post("/site/people/{user}/admin")
def set_admin(
    request: Request,
    user: str,
    grant: Admin,
    session: Writer,
    admin: Annotated[Literal["yes", "no"], Form()],
) -> Response:
    try:
        site.set_admin(session, grant.person, site.find(session, user), admin == "yes")
    except GraderError as error:
        return _people(request, grant, session, "", error)
    return RedirectResponse("/site/people", status_code=303)


@router.post("/site/people/{user}/email")
def change_email(request: Request, user: str, grant: Admin, session: Writer, email: Word) -> Response:
    """Whose address cannot be changed to that one stands there, found, with the reason."""
    found = site.find(session, user)
    try:
        site.change_email(session, grant.person, found, email)
    except GraderError as error:
        return _people(request, grant, session, found.email, error)
    return RedirectResponse(f"/site/people?{urlencode({'search': found.email})}", status_code=303)


@router.post("/site/people")
def add_person(request: Request, grant: Admin, session: Writer, email: Word, name: Word = "") -> Response:
    """Somebody who is in no course yet, so that a course can be given to them, or the site."""
    try:
        site.add(session, grant.person, email, name)
    except GraderError as error:
        return _people(request, grant, session, "", error)
    return RedirectResponse("/site/people", status_code=303)
