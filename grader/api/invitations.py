"""Invitations: who has never signed in, and a first link for each. A link is told once; only its hash is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from grader.api import signin
from grader.api.dependencies import Reader, Writer, permission, settings_of
from grader.api.guard import guarded_router
from grader.api.schemas import Page, Time
from grader.course import invitations, members, people
from grader.course.invitations import DAYS, MOST_DAYS, Invitation
from grader.course.permissions import Grant
from grader.report.spreadsheet import safe
from grader.settings import Settings

router = guarded_router(tags=["people"])
Inviter = Annotated[Grant, Depends(permission("members.invite"))]
PATH = "/courses/{course}/invitations"


class Uninvited(BaseModel):
    """A member who has never signed in. `until`: when the invitation that is open ends; `elsewhere`: in another course
    too, or running the site, so that an administrator makes the link."""

    user: int
    name: str
    email: str
    until: Time | None
    elsewhere: bool


class NewInvitations(BaseModel):
    """`days` that the links are good for; `user`, an id or an e-mail: for this member alone."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    user: Annotated[str, StringConstraints(max_length=people.LONGEST)] | None = None


class Link(BaseModel):
    """`link` signs in as this person, once, until then."""

    user: int
    name: str
    email: str
    link: str
    until: Time


@router.get(PATH)
def show_invitations(grant: Inviter, session: Reader) -> Page[Uninvited]:
    """The members who have never signed in, and until when those who are invited may."""
    found = invitations.waiting(session, grant.here, anyone=grant.person.admin)
    items = [
        Uninvited(
            user=one.member.user_id,
            name=one.member.user.name,
            email=one.member.user.email,
            until=one.until,
            elsewhere=one.elsewhere,
        )
        for one in found
    ]
    return Page(items=items, next_cursor=None)


@router.post(PATH, status_code=201)
def invite(request: Request, grant: Inviter, session: Writer, body: NewInvitations) -> Page[Link]:
    """A first sign-in link for each member who has never signed in, to be handed on. It works once; those that were
    made before end. 409 for one who has signed in."""
    made = invited(session, grant, body)
    return Page(items=[shown(one, settings_of(request)) for one in made], next_cursor=None)


@router.post(PATH + ".csv", response_class=Response, status_code=201)
def invite_csv(request: Request, grant: Inviter, session: Writer, body: NewInvitations) -> Response:
    """The same as a table."""
    return as_file(grant, invited(session, grant, body), settings_of(request), status=201)


def invited(session: Session, grant: Grant, body: NewInvitations) -> list[Invitation]:
    """Raises NotFound or Conflict for the one that is named."""
    course, anyone = grant.here, grant.person.admin
    if body.user is None:
        who = invitations.waiting(session, course, anyone=anyone)
    else:
        who = [invitations.of_one(session, course, members.find(session, grant, body.user), anyone=anyone)]
    return invitations.invite(session, course, who, body.days, grant.person.id)


def as_file(grant: Grant, made: Iterable[Invitation], settings: Settings, *, status: int = 200) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{grant.here.slug}-links.csv"',
        "Cache-Control": "no-store",
    }
    return Response(as_csv(made, settings), status, headers, "text/csv; charset=utf-8")


def as_csv(made: Iterable[Invitation], settings: Settings) -> str:
    """RFC 4180, with a byte-order mark so that spreadsheets read names as UTF-8."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(["name", "email", "link", "until"])
    for one in made:
        link = shown(one, settings)
        write.writerow([safe(link.name), safe(link.email), link.link, link.until.isoformat(timespec="seconds")])
    return "\ufeff" + out.getvalue()


def shown(one: Invitation, settings: Settings) -> Link:
    link = signin.address(one.secret, settings)
    return Link(user=one.user.id, name=one.user.name, email=one.user.email, link=link, until=one.until)
