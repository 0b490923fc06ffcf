"""One member of a course at a time: added, changed, removed. A course keeps an instructor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, emails, roster
from grader.course.filters import is_user
from grader.course.people import members, one_line
from grader.course.permissions import Grant
from grader.course.roster import Change, Plan
from grader.course.roster_file import RosterFault, entry_of
from grader.course.schedule import stamp
from grader.course.tables import Course, Membership, Role
from grader.errors import BadRequest, Conflict, NotFound


def find(session: Session, grant: Grant, user: str) -> Membership:
    """A member that whoever asks may see, with its user, by id or e-mail. Raises NotFound."""
    course = grant.here
    found = session.scalar(members(course.id, grant.sections).where(is_user(user)))
    if found is None:
        raise NotFound(Message("people.member.unknown", {"user": user, "course": course.slug}))
    return found


def add(session: Session, grant: Grant, email: str, says: Mapping[str, str]) -> Membership:
    """Make someone a member; who has no account gets one. Raises BadRequest, and Conflict for who is a member."""
    course = grant.here
    roster.lock(session, course)
    plan = _look(session, course, email, says)
    (change,) = plan.changes
    if change.kind != "new":
        raise Conflict(Message("people.member.exists", {"email": change.email, "course": course.slug}))
    roster.write(session, course, plan)
    _record(session, grant, "add-member", change)
    return find(session, grant, change.email)


def change(
    session: Session, grant: Grant, member: Membership, says: Mapping[str, str], email: str | None = None
) -> None:
    """Write what is given, an empty text too. Raises BadRequest, Conflict for an address that is someone else's and
    where no instructor would be left, and Forbidden for the address of who is not this course's alone."""
    course = grant.here
    roster.lock(session, course)
    if says.get("role", member.role) != Role.INSTRUCTOR:
        _keep_an_instructor(session, member)
    if email is not None:
        emails.change(session, member.user, email, grant.person.id, course.id, anyone=grant.person.admin)
    if says or email is None:
        plan = _look(session, course, member.user.email, says)
        roster.write(session, course, plan)
        _record(session, grant, "change-member", *plan.changes)
    session.refresh(member.user)


def remove(session: Session, grant: Grant, member: Membership) -> None:
    """Take someone out of the course. What was handed in stays, and is there again for who comes back."""
    _keep_an_instructor(session, member)
    audit.record(
        session,
        "remove-member",
        member.user.email,
        user_id=grant.person.id,
        course_id=member.course_id,
        detail={"role": member.role, "section": member.section, "group": member.group},
    )
    session.delete(member)
    session.flush()


def mark(member: Membership) -> str:
    """Changes with everything that can be changed of a member: who writes says which mark was read."""
    own = (member.user.name, member.user.email)
    row = (member.role, member.section, member.group, member.external_id, member.repository or "", *own)
    return hashlib.sha256("\0".join(row).encode()).hexdigest()[:16]


def check_mark(session: Session, member: Membership, read: str | None) -> None:
    """Raises Conflict where somebody wrote since."""
    if read is None or read == mark(member):
        return
    raise Conflict(_moved(session, member))


def _moved(session: Session, member: Membership) -> Message:
    """By whom and when, as far as the record knows."""
    about = {"email": member.user.email}
    wrote = audit.last(session, member.course_id, ("add-member", "change-member", emails.ACTION), member.user.email)
    if wrote is None:
        return Message("people.member.moved", about)
    return Message("people.member.moved-by", {**about, "name": wrote.name, "at": stamp(wrote.at)})


def _look(session: Session, course: Course, email: str, says: Mapping[str, str]) -> Plan:
    """Raises BadRequest for what a line of a roster could not say either."""
    plain = {name: one_line(text) for name, text in says.items()}
    try:
        return roster.look(session, course, [entry_of(1, plain | {"email": email})])
    except RosterFault as fault:
        raise BadRequest(fault.faults[0][1]) from None


def _keep_an_instructor(session: Session, member: Membership) -> None:
    others = sa.select(sa.func.count()).where(
        Membership.course_id == member.course_id,
        Membership.role == Role.INSTRUCTOR,
        Membership.user_id != member.user_id,
    )
    if member.role is Role.INSTRUCTOR and not session.scalar(others):
        raise Conflict(Message("people.member.last", {"email": member.user.email}))


def _record(session: Session, grant: Grant, action: str, change: Change) -> None:
    fields = {name: list(values) for name, values in change.fields.items()}
    audit.record(session, action, change.email, user_id=grant.person.id, course_id=grant.here.id, detail=fields)
