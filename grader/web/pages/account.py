"""`/account/tokens` and `/account/sign-in`: what opens my account, and how do I take it back?"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from grader.api import account
from grader.api import passwords as door
from grader.api.dependencies import Reader, Writer, database_of, permission
from grader.api.guard import guarded_router
from grader.course import passwords
from grader.course.people import courses_of
from grader.course.permissions import SCOPES, Grant
from grader.course.tables import now
from grader.errors import BadRequest, Forbidden, GraderError, TooMany
from grader.report import text
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Viewer = Annotated[Grant, Depends(permission("account.read"))]
Owner = Annotated[Grant, Depends(permission("account.edit"))]
DAYS = (30, 90, 365)
"""After which a token expires, as the form offers it."""


@router.get("/account/tokens")
def tokens(request: Request, grant: Viewer, session: Reader) -> Response:
    return _tokens(request, grant, session)


def _tokens(request: Request, grant: Grant, session: Reader, made: str = "") -> Response:
    frame = frame_of(request, session, grant.person)
    return page(
        frame,
        "tokens.html",
        title=say(frame, "people.tokens.title"),
        here="account",
        tokens=[account.state_of(one, slug) for one, slug in account.tokens_of(session, grant)],
        scopes=SCOPES,
        courses=[course for course, _ in courses_of(session, grant.person)],
        days=DAYS,
        now=now(),
        made=made,
    )


@router.post("/account/tokens")
def make_token(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Owner,
    session: Writer,
    scope: Annotated[Literal["all", "read", "submit"], Form()],
    name: Annotated[str, Form(max_length=200)] = "",
    course: Annotated[str, Form()] = "",
    days: Annotated[Literal["30", "90", "365", "never"], Form()] = "90",
) -> Response:
    """The page again with the token on it: it is nowhere else, so this answer is no redirect."""
    expires = None if days == "never" else now() + timedelta(days=int(days))
    body = account.NewToken(name=name, scopes=[scope], course=course or None, expires=expires)
    return _tokens(request, grant, session, account.issue(request, session, grant, body))


@router.post("/account/tokens/{token}/revoke")
def revoke_token(token: str, grant: Owner, session: Writer) -> Response:
    account.revoke(session, grant, token)
    return RedirectResponse("/account/tokens", status_code=303)


@router.get("/account/sign-in")
def sign_in(request: Request, grant: Viewer, session: Reader) -> Response:
    return _sign_in(request, grant, session)


def _sign_in(request: Request, grant: Grant, session: Reader, error: GraderError | None = None) -> Response:
    frame = frame_of(request, session, grant.person)
    sessions = account.sessions_of(session, grant)
    lead = "people.sessions.one" if len(sessions) == 1 else "people.sessions.lead"
    return page(
        frame,
        "sessions.html",
        status=error.status if error else 200,
        problem=text(error.message, frame.lang) if error else "",
        has_password=passwords.kept(session, grant.person.id) is not None,
        shortest=passwords.SHORTEST,
        longest=passwords.LONGEST,
        title=say(frame, "people.sessions.title"),
        here="account",
        sessions=sessions,
        lead=say(frame, lead, count=len(sessions)),
    )


@router.post("/account/sessions/{session_id}/end")
def end_session(session_id: str, grant: Owner, session: Writer) -> Response:
    account.end_one(session, grant, session_id)
    return RedirectResponse("/account/sign-in", status_code=303)


@router.post("/account/sessions/end-others")
def end_others(grant: Owner, session: Writer) -> Response:
    account.end_others(session, grant)
    return RedirectResponse("/account/sign-in", status_code=303)


@router.post("/account/password")
async def set_password(
    request: Request,
    grant: Owner,
    action: Annotated[Literal["set", "remove"], Form()],
    current: Annotated[str, Form(max_length=passwords.LONGEST)] = "",
    new: Annotated[str, Form(max_length=passwords.LONGEST)] = "",
) -> Response:
    """Set, change or remove the password; what is wrong is told on the page."""
    response = RedirectResponse("/account/sign-in", status_code=303)
    try:
        await door.change(request, grant, response, current, new if action == "set" else None)
    except (BadRequest, Forbidden, TooMany) as error:
        return await run_in_threadpool(_refused, request, grant, error)
    return response


def _refused(request: Request, grant: Grant, error: GraderError) -> Response:
    with database_of(request).read() as session:
        return _sign_in(request, grant, session, error)
