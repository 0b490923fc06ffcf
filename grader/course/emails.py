"""Another e-mail address for the same person: scores, tokens and receipts stay theirs.

An address is what a person signs in by: whoever can change it can come in as that person. So a course may change the
address of those alone who are nowhere else; that of others is changed by an administrator, or from the shell.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import access, audit
from grader.course.people import clean_email
from grader.course.tables import AuditEntry, CourseAssignment, Membership, Submission, User
from grader.errors import Conflict, Forbidden

ACTION = "change-email"


def change(
    session: Session, user: User, email: str, by: int | None, course: int | None = None, *, anyone: bool = False
) -> int | None:
    """Give a person another address, in a `course` or for the site; how many open sign-in links ended, None where it is
    the address already. `anyone`: whoever does it runs the site. Raises BadRequest for what is no address, Conflict for
    one that is taken, Forbidden where the person is not this course's alone."""
    email = clean_email(email)
    if email == user.email:
        return None
    check(session, user.id, email, None if anyone else course)
    ended = access.end_links(session, user.id)
    detail = {"user": user.id, "email": [user.email, email], "links": ended}
    try:
        with session.begin_nested():
            user.email = email
            session.flush()
    except IntegrityError:
        raise Conflict(Message("roster.email.taken", {"email": email})) from None
    audit.record(session, ACTION, email, user_id=by, course_id=course, detail=detail)
    return ended


def check(session: Session, user_id: int, email: str, course: int | None) -> None:
    """Raises what `change` raises."""
    if session.scalar(sa.select(User.id).where(User.email == email, User.id != user_id)) is not None:
        raise Conflict(Message("roster.email.taken", {"email": email}))
    if course is not None and elsewhere(session, [user_id], course):
        raise Forbidden(Message("roster.email.elsewhere"))


def elsewhere(session: Session, ids: list[int], course: int) -> set[int]:
    """Who of these is or was in another course too, or runs the site."""
    others = sa.select(Membership.user_id).where(Membership.course_id != course, Membership.user_id.in_(ids))
    handed_in = (
        sa.select(Submission.user_id)
        .join(CourseAssignment, CourseAssignment.id == Submission.assignment_id)
        .where(CourseAssignment.course_id != course, Submission.user_id.in_(ids))
    )
    admins = sa.select(User.id).where(User.admin, User.id.in_(ids))
    return set(session.scalars(others.union(handed_in, admins)))


def former(session: Session, user_id: int) -> list[str]:
    """The addresses that a person had before, without those that somebody has now."""
    changes = sa.select(AuditEntry).where(
        AuditEntry.action == ACTION, AuditEntry.detail["user"].as_integer() == user_id
    )
    had = {one.detail["email"][0] for one in session.scalars(changes)}
    return sorted(had - set(session.scalars(sa.select(User.email).where(User.email.in_(had)))))
