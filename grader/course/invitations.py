"""First sign-in links for members who have never signed in, to be handed on by staff.

A link signs in as the person. So it is made for those alone who have nothing yet that it could open: whoever has
signed in gets none, and who is in another course too, or runs the site, is invited by an administrator alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import access, audit, emails
from grader.course.people import members
from grader.course.tables import Course, Membership, SignInLink, User, now
from grader.errors import BadRequest, Conflict

DAYS, MOST_DAYS = 7, 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """A member who has never signed in; `until`: the end of the invitation that is open; `elsewhere`: an administrator
    invites this one."""

    member: Membership
    until: datetime | None
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link of somebody's own: `secret` is known now and never again."""

    user: User
    secret: str
    until: datetime


def waiting(session: Session, course: Course, *, anyone: bool = False) -> list[Waiting]:
    """The members who have never signed in, in the order of their addresses. `anyone`: whoever asks runs the site."""
    never = members(course.id).where(User.signed_in_at.is_(None), User.erased_at.is_(None))
    found = session.scalars(never).all()
    ids = [one.user_id for one in found]
    until, others = _open(session, ids), set() if anyone else emails.elsewhere(session, ids, course.id)
    return [Waiting(one, until.get(one.user_id), one.user_id in others) for one in found]


def _open(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    links = sa.select(SignInLink.user_id, SignInLink.expires_at).where(
        SignInLink.invitation, SignInLink.used_at.is_(None), SignInLink.expires_at > now(), SignInLink.user_id.in_(ids)
    )
    return {row.user_id: row.expires_at for row in session.execute(links)}


def invite(
    session: Session, course: Course, who: Iterable[Waiting], days: int = DAYS, by: int | None = None
) -> list[Invitation]:
    """A link for each of those who may be invited. Those that were made before end. Raises BadRequest for a number of
    days that is none."""
    if not 1 <= days <= MOST_DAYS:
        raise BadRequest(Message("roster.invite.days", {"most": MOST_DAYS, "days": days}))
    until = now() + timedelta(days=days)
    users = [one.member.user for one in who if not one.elsewhere]
    for user in users:
        detail = {"user": user.id, "until": until.isoformat(timespec="seconds")}
        audit.record(session, "invite", user.email, user_id=by, course_id=course.id, detail=detail)
    return [Invitation(user, access.make_invitation(session, user.id, until), until) for user in users]


def of_one(session: Session, course: Course, member: Membership, *, anyone: bool) -> Waiting:
    """Whom a link is wanted for. Raises Conflict for who has signed in, or is an administrator's to invite."""
    found = next((one for one in waiting(session, course, anyone=anyone) if one.member.user_id == member.user_id), None)
    if found is None:
        raise Conflict(Message("roster.invite.came", {"email": member.user.email}))
    if found.elsewhere:
        raise Conflict(Message("roster.invite.elsewhere", {"email": member.user.email}))
    return found
