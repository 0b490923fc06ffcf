"""Who may do what, written once. What is not listed is refused.

A permission names the roles that have it and the token scopes that carry it. Someone who is not a member of a
course is told that there is no such course; a member without the permission is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.people import Person, find_course
from grader.course.tables import Course, CourseAssignment, Membership, Role, Submission
from grader.errors import Forbidden, NotFound

STAFF = frozenset({Role.ASSISTANT, Role.INSTRUCTOR})
INSTRUCTOR = frozenset({Role.INSTRUCTOR})
MEMBERS = frozenset(Role)
ALL = frozenset({"all"})
READ = frozenset({"all", "read"})
SUBMIT = frozenset({"all", "submit"})
SCOPES = ("all", "read", "submit")
"""What a token may be made for: everything its owner may do, reading only, or handing in and following that."""


@dataclass(frozen=True, slots=True)
class Permission:
    """`public`: nobody needs to sign in. `owner`: among submissions, only its own student's."""

    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = ALL
    public: bool = False
    owner: bool = False


PERMISSIONS: Mapping[str, Permission] = {
    "public": Permission(public=True),
    "self": Permission(MEMBERS, READ),  # signed in, and nothing but one's own
    "course.read": Permission(MEMBERS, READ),  # students: their own rows
    "statistics.read": Permission(STAFF, READ),
    "deliveries.read": Permission(STAFF, READ),
    "assignment.edit": Permission(INSTRUCTOR),
    "submission.create": Permission(MEMBERS, SUBMIT),
    "submission.read": Permission(MEMBERS, READ | SUBMIT),
    "submission.steer": Permission(MEMBERS, SUBMIT, owner=True),  # cancel, choose
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a request may work with: the person and, where the address names them, course, role and submission."""

    person: Person
    course: Course | None = None
    role: Role | None = None
    submission: Submission | None = None

    @property
    def staff(self) -> bool:
        return self.role in STAFF


def role_in(session: Session, who: Person, course_id: int) -> Role | None:
    """An administrator is an instructor of every course."""
    if who.admin:
        return Role.INSTRUCTOR
    membership = session.get(Membership, (course_id, who.id))
    return membership.role if membership else None


def visible_submissions(who: Person) -> sa.Select[Submission]:
    """Where every query for submissions starts: one's own, and those of the courses one is staff of."""
    if who.admin:
        return sa.select(Submission)
    mine = sa.and_(
        Submission.user_id == who.id,
        Submission.assignment_id.in_(
            sa.select(CourseAssignment.id)
            .join(Membership, Membership.course_id == CourseAssignment.course_id)
            .where(Membership.user_id == who.id)
        ),
    )
    taught = (
        sa.select(CourseAssignment.id)
        .join(Membership, Membership.course_id == CourseAssignment.course_id)
        .where(Membership.user_id == who.id, Membership.role.in_(STAFF))
    )
    return sa.select(Submission).where(mine | Submission.assignment_id.in_(taught))


def for_course(session: Session, who: Person, name: str, slug: str) -> Grant:
    """What `who` may do in the course `slug` by the permission `name`. Raises NotFound or Forbidden."""
    permission = _carried(who, name)
    course = find_course(session, slug)
    role = role_in(session, who, course.id)
    if role is None:
        raise NotFound(Message("course.unknown", {"course": slug}))
    if role not in permission.roles:
        raise Forbidden(Message("course.not-allowed"))
    return Grant(who, course, role)


def for_submission(session: Session, who: Person, name: str, id: int) -> Grant:
    """What `who` may do with the submission `id`. Raises NotFound (also for someone else's) or Forbidden."""
    permission = _carried(who, name)
    submission = session.scalar(visible_submissions(who).where(Submission.id == id))
    if submission is None:
        raise NotFound(Message("course.submission.unknown", {"id": id}))
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    course = session.get_one(Course, assignment.course_id)
    role = role_in(session, who, course.id)
    if role not in permission.roles or (permission.owner and submission.user_id != who.id):
        raise Forbidden(Message("course.not-allowed"))
    return Grant(who, course, role, submission)


def for_self(who: Person, name: str) -> Grant:
    _carried(who, name)
    return Grant(who)


def _carried(who: Person, name: str) -> Permission:
    permission = PERMISSIONS[name]
    if not permission.scopes & who.scopes:
        raise Forbidden(Message("course.token.scope", {"scopes": tuple(sorted(who.scopes))}))
    return permission
