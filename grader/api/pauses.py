"""Pausing the grading of a course, or of the whole site, and going on with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from grader.api.dependencies import Writer, permission
from grader.api.guard import guarded_router
from grader.course import pauses
from grader.course.people import LONGEST
from grader.course.permissions import Grant

router = guarded_router(tags=["queue"])
Admin = Annotated[Grant, Depends(permission("site.admin"))]
Instructor = Annotated[Grant, Depends(permission("assignment.edit"))]


class PauseWanted(BaseModel):
    """`reason` is shown to everyone who waits."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=LONGEST)] = ""


@router.put("/pause", status_code=204)
def pause_site(session: Writer, grant: Admin, body: PauseWanted) -> None:
    """Let grading stand still everywhere: what is handed in is kept and waits. For administrators."""
    pauses.pause(session, None, grant.person.id, body.reason)


@router.delete("/pause", status_code=204)
def resume_site(session: Writer, grant: Admin) -> None:
    """Grade again, what waited first. A course that is paused by itself stays so."""
    pauses.resume(session, None, grant.person.id)


@router.put("/courses/{course}/pause", status_code=204)
def pause_course(session: Writer, grant: Instructor, body: PauseWanted) -> None:
    """The same for one course."""
    pauses.pause(session, grant.here, grant.person.id, body.reason)


@router.delete("/courses/{course}/pause", status_code=204)
def resume_course(session: Writer, grant: Instructor) -> None:
    """Grade what waits in a course again."""
    pauses.resume(session, grant.here, grant.person.id)
