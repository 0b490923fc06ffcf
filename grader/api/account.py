"""What belongs to a person: tokens for programs, and the browsers that are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request
from limits import RateLimitItemPerHour
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from grader.api import rates
from grader.api.dependencies import ID, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Moment, Page, Time
from grader.core import Message
from grader.course import access, audit, people
from grader.course.permissions import Grant, for_course
from grader.course.tables import BrowserSession, Course, Token, User
from grader.errors import NotFound

router = guarded_router(tags=["account"])
Viewer = Annotated[Grant, Depends(permission("account.read"))]
Owner = Annotated[Grant, Depends(permission("account.edit"))]
NEW_TOKENS = RateLimitItemPerHour(20)


class NewToken(BaseModel):
    """`scopes`: `all`, `read` or `submit`; `course` confines the token to one; `expires` null: it does not."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, StringConstraints(max_length=people.LONGEST)] = ""
    scopes: Annotated[list[str], Field(min_length=1, max_length=8)] = ["all"]
    course: str | None = None
    expires: Moment | None = None


class TokenState(BaseModel):
    """`last_used` is known to the hour."""

    id: int
    name: str
    scopes: list[str]
    course: str | None
    made: Time
    expires: Time | None
    last_used: Time | None


class MadeToken(TokenState):
    """`token` is the token itself: it is shown this once."""

    token: str


class SessionState(BaseModel):
    """A browser that is signed in; `current` is the one that asks."""

    id: str
    made: Time
    expires: Time
    current: bool


@router.get("/me/tokens")
def show_tokens(grant: Viewer, session: Reader) -> Page[TokenState]:
    """Your tokens that were not revoked, the newest first. The tokens themselves are not kept."""
    return Page(items=[state_of(one, slug) for one, slug in tokens_of(session, grant)], next_cursor=None)


@router.post("/me/tokens", status_code=201)
def make_token(request: Request, grant: Owner, session: Writer, body: NewToken) -> MadeToken:
    """A new token for your programs. A token makes none that lives longer than it does."""
    token = issue(request, session, grant, body)
    return MadeToken(token=token, **dict(state_of(access.token_row(session, token), body.course)))


@router.delete("/me/tokens/{token}", status_code=204)
def revoke_token(token: str, grant: Owner, session: Writer) -> None:
    """Revoke a token: from now on it opens nothing."""
    revoke(session, grant, token)


@router.get("/me/sessions")
def show_sessions(grant: Viewer, session: Reader) -> Page[SessionState]:
    """The browsers that you are signed in with, the newest first."""
    return Page(items=sessions_of(session, grant), next_cursor=None)


@router.delete("/me/sessions/{id}", status_code=204)
def end_session(id: str, grant: Owner, session: Writer) -> None:
    """Sign one browser out."""
    end_one(session, grant, id)


@router.delete("/me/sessions", status_code=204)
def end_sessions(grant: Owner, session: Writer) -> None:
    """Sign all browsers out, but for the one that asks."""
    end_others(session, grant)


def issue(request: Request, session: Session, grant: Grant, body: NewToken) -> str:
    """Make a token and write down who did. Raises TooMany, NotFound for a course that is not one's own, BadRequest or
    Conflict."""
    who = grant.person
    rates.check(request, NEW_TOKENS, "people.token.fast", "tokens", str(who.id))
    inside = None if body.course is None else for_course(session, who, "course.read", body.course).course
    expires = min((time for time in (body.expires, who.until) if time is not None), default=None)
    token = access.make_token(
        session,
        session.get_one(User, who.id),
        scopes=body.scopes,
        name=body.name,
        expires_at=expires,
        course_id=inside.id if inside else None,
    )
    about = {"name": body.name, "scopes": body.scopes, "course": body.course}
    audit.record(session, "token", who.email, user_id=who.id, detail=about)
    return token


def tokens_of(session: Session, grant: Grant) -> Sequence[tuple[Token, str | None]]:
    """With the address of the course that each is confined to."""
    slugs = {course.id: course.slug for course in session.scalars(sa.select(Course))}
    return [(one, slugs.get(one.course_id or 0)) for one in session.scalars(access.tokens(grant.person.id))]


def state_of(one: Token, course: str | None) -> TokenState:
    return TokenState(
        id=one.id,
        name=one.name,
        scopes=one.scopes,
        course=course,
        made=one.made_at,
        expires=one.expires_at,
        last_used=one.last_used_at,
    )


def revoke(session: Session, grant: Grant, token: str) -> None:
    """Raises NotFound."""
    if not ID.fullmatch(token):
        raise NotFound(Message("people.token.unknown", {"id": token}))
    row = access.revoke(session, grant.person.id, int(token))
    audit.record(session, "revoke-token", grant.person.email, user_id=grant.person.id, detail={"name": row.name})


def sessions_of(session: Session, grant: Grant) -> list[SessionState]:
    return [_session(one, grant) for one in session.scalars(access.sessions(grant.person.id))]


def _session(one: BrowserSession, grant: Grant) -> SessionState:
    id = access.session_id(one.sha256)
    return SessionState(id=id, made=one.made_at, expires=one.expires_at, current=one.sha256 == grant.person.session)


def end_one(session: Session, grant: Grant, id: str) -> None:
    """Raises NotFound."""
    access.end_session(session, grant.person.id, id)
    audit.record(session, "end-session", grant.person.email, user_id=grant.person.id)


def end_others(session: Session, grant: Grant) -> None:
    count = access.end_sessions(session, grant.person.id, but=grant.person.session)
    audit.record(session, "end-sessions", grant.person.email, user_id=grant.person.id, detail={"count": count})
