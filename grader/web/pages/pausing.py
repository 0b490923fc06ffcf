"""The buttons of `/queue` that let grading stand still, and go on."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Form, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Writer, permission
from grader.api.guard import guarded_router
from grader.course import pauses
from grader.course.people import LONGEST
from grader.course.permissions import Grant
from grader.course.tables import Course

router = guarded_router()
Do = Annotated[Literal["pause", "resume"], Form()]
Reason = Annotated[str, Form(max_length=LONGEST)]


@router.post("/site/pause")
def site(
    session: Writer, grant: Annotated[Grant, Depends(permission("site.admin"))], do: Do, reason: Reason = ""
) -> Response:
    return _done(session, grant, None, do, reason)


@router.post("/courses/{course}/pause")
def course(
    session: Writer, grant: Annotated[Grant, Depends(permission("assignment.edit"))], do: Do, reason: Reason = ""
) -> Response:
    return _done(session, grant, grant.here, do, reason)


def _done(session: Session, grant: Grant, of: Course | None, do: str, reason: str) -> Response:
    if do == "pause":
        pauses.pause(session, of, grant.person.id, reason)
    else:
        pauses.resume(session, of, grant.person.id)
    return RedirectResponse("/queue", status_code=303)
