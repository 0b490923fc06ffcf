"""`/courses/{course}/invitations`: who has never signed in, and first links for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from grader.api import invitations as door
from grader.api.dependencies import Reader, Writer, settings_of
from grader.api.guard import guarded_router
from grader.api.invitations import Inviter, Link, NewInvitations
from grader.course import invitations
from grader.course.permissions import Grant
from grader.errors import GraderError
from grader.report import text
from grader.web import forms
from grader.web.forms import FormFault
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
PATH = "/courses/{course}/invitations"
Word = Annotated[str, Form(max_length=200)]


@router.get(PATH)
def show(request: Request, grant: Inviter, session: Reader) -> Response:
    return _page(request, grant, session)


@router.post(PATH)
def make(
    request: Request, grant: Inviter, session: Writer, days: Word = str(invitations.DAYS), user: Word = ""
) -> Response:
    """A table for all; for one member the link itself, shown this once."""
    lang = frame_of(request, session, grant.person).lang
    try:
        body = forms.read(NewInvitations, {"days": days.strip(), "user": user or None}, lang)
        made = door.invited(session, grant, body)
    except FormFault as fault:
        return _page(request, grant, session, "; ".join(fault.errors.values()), 422)
    except GraderError as error:
        return _page(request, grant, session, text(error.message, lang), error.status)
    if not user:
        return door.as_file(grant, made, settings_of(request))
    return _page(request, grant, session, made=door.shown(made[0], settings_of(request)))


def _page(  # noqa: PLR0917
    request: Request, grant: Grant, session: Reader, problem: str = "", status: int = 200, made: Link | None = None
) -> Response:
    frame = frame_of(request, session, grant.person, grant.here)
    return page(
        frame,
        "invitations.html",
        status=status,
        title=say(frame, "roster.invite.title", course=grant.here.title),
        here="members",
        course=grant.here,
        staff=grant.staff,
        waiting=invitations.waiting(session, grant.here, anyone=grant.person.admin),
        days=invitations.DAYS,
        most=invitations.MOST_DAYS,
        problem=problem,
        made=made,
    )
