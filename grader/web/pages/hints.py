"""Opening the next hint; and for the staff, `/courses/{course}/assignments/{slug}/hints`: by which rule hints open, and
who has opened which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import sqlalchemy as sa
from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from grader.api.assignment_schemas import HintRule
from grader.api.assignments import change
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Filtered
from grader.api.guard import guarded_router
from grader.api.reports import readable
from grader.api.submissions import course_of, submission_of
from grader.course import hints, pages, units
from grader.course.permissions import PERMISSIONS, Grant
from grader.course.tables import HintUnlock, Submission
from grader.errors import Conflict, Forbidden
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
SUBMISSION = "/submissions/{submission}/hints"
ASSIGNMENT = "/courses/{course}/assignments/{slug}/hints"
MOST_SHOWN = 500
"""Of the newest: all of them are in the API's list."""


@router.post(SUBMISSION)
def unlock(  # noqa: PLR0917 - FastAPI passes them by name
    session: Writer,
    grant: Annotated[Grant, Depends(permission("submission.steer"))],
    function: Annotated[str, Form()],
    diagnosis: Annotated[str, Form()],
    level: Annotated[int, Form()],
    anchor: Annotated[str, Form(pattern="^hints-[0-9]{1,4}$")],
) -> Response:
    """Open a hint by the API's own door. Where it may not be opened any more, the page says from when on."""
    id = submission_of(grant)
    submission, report = session.get_one(Submission, id), readable(session, grant).whole
    opened = f"?opened={anchor}"
    try:
        hints.unlock(session, submission, report, key=(function, diagnosis), level=level, at=datetime.now(UTC))
    except (Conflict, Forbidden):
        opened = ""
    return RedirectResponse(f"/submissions/{id}{opened}#{anchor}", status_code=303)


@router.get(ASSIGNMENT)
def show(
    request: Request,
    slug: str,
    grant: Annotated[Grant, Depends(permission("statistics.read"))],
    session: Reader,
    by: Filtered,
) -> Response:
    course = course_of(grant)
    frame, assignment = frame_of(request, session, grant.person, course), units.find_assignment(session, course, slug)
    shown = pages.title_of(assignment).text(frame.lang)
    query = hints.unlocks(assignment, by).limit(MOST_SHOWN)
    return page(
        frame,
        "hints.html",
        title=say(frame, "web.hints.title", assignment=shown),
        assignment_title=shown,
        slug=slug,
        course=course,
        staff=grant.staff,
        rule=hints.rule_of(assignment),
        edits=grant.role in PERMISSIONS["assignment.edit"].roles,
        uses=session.scalars(query).all(),
        count=session.scalar(sa.select(sa.func.count(HintUnlock.id)).where(HintUnlock.assignment_id == assignment.id)),
        chosen=by.user,
    )


@router.post(ASSIGNMENT)
def set_rule(  # noqa: PLR0917 - FastAPI passes them by name
    slug: str,
    session: Writer,
    lang: Language,
    grant: Annotated[Grant, Depends(permission("assignment.edit"))],
    kind: Annotated[Literal["attempts", "time", "all", "none"], Form()],
    attempts: Annotated[int, Form(ge=0, le=100)],
    minutes: Annotated[int, Form(ge=0, le=100_000)],
    all_after_due: Annotated[bool, Form()] = False,
) -> Response:
    """Set the rule by the API's own door; effective at once."""
    rule = HintRule(kind=kind, attempts=attempts, minutes=minutes, all_after_due=all_after_due)
    change(session, grant, slug, {"hints": rule.model_dump()}, lang)
    return RedirectResponse(f"/courses/{course_of(grant).slug}/assignments/{slug}/hints", status_code=303)
