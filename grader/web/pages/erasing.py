"""`/site/people/{user}/erase`: what goes when a person is forgotten, and a form that wants the address, to be sure."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import erasure, site
from grader.course.permissions import Grant
from grader.errors import BadRequest, GraderError
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Admin = Annotated[Grant, Depends(permission("site.admin"))]
PATH = "/site/people/{user}/erase"


@router.get(PATH)
def show(request: Request, user: str, grant: Admin, session: Reader) -> Response:
    return _page(request, session, grant, user)


@router.post(PATH)
def erase(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    user: str,
    grant: Admin,
    session: Reader,
    writing: Writer,
    confirm: Annotated[str, Form(max_length=254)] = "",
) -> Response:
    found = site.find(writing, user)
    email = found.email
    try:
        if confirm.strip().lower() != email:
            raise BadRequest(Message("privacy.erase.other"))
        removed = erasure.erase(writing, found, grant.person.id)
    except GraderError as error:
        writing.rollback()
        return _page(request, session, grant, user, error)
    frame = frame_of(request, session, grant.person)
    title = say(frame, "privacy.erase.title", email=email)
    done = say(frame, "privacy.erase.done", email=email, files=removed.files, reports=removed.reports)
    return page(frame, "erase.html", title=title, here="site", done=done)


def _page(request: Request, session: Session, grant: Grant, user: str, error: GraderError | None = None) -> Response:
    frame, found = frame_of(request, session, grant.person), site.find(session, user)
    return page(
        frame,
        "erase.html",
        status=error.status if error else 200,
        title=say(frame, "privacy.erase.title", email=found.email),
        here="site",
        id=found.id,
        done="",
        problem=text(error.message, frame.lang) if error else "",
    )
