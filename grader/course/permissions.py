"""Who may do what, written once. What is not listed is refused.

A permission names the roles that have it and the token scopes that carry it. Someone who is not a member of a
course is told that there is no such course; a member without the permission is told so. To an assistant who is
confined to sections, students of others are not there: every query begins with `visible_submissions`, with
`filters.students`, or with `find_student`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from grader.core import Message
from grader.course import sections
from grader.course.filters import Filters, is_user, students
from grader.course.people import Person, find_course, person
from grader.course.tables import Course, CourseAssignment, Membership, Regrade, Role, Submission, User
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
    """`public`: nobody needs to sign in. `owner`: among submissions, one's own or one's team's alone. `admin`: of the
    site. `whole`: it concerns the person, so that a token which is confined to a course does not carry it."""

    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = ALL
    public: bool = False
    owner: bool = False
    admin: bool = False
    whole: bool = False


PERMISSIONS: Mapping[str, Permission] = {
    "public": Permission(public=True),
    "self": Permission(MEMBERS, READ),  # signed in, and nothing but one's own
    "account.read": Permission(MEMBERS, READ, whole=True),  # one's tokens and sessions
    "account.edit": Permission(MEMBERS, whole=True),
    "site.admin": Permission(MEMBERS, admin=True, whole=True),
    "course.copy": Permission(INSTRUCTOR, whole=True),
    "members.read": Permission(STAFF, READ),
    "members.edit": Permission(INSTRUCTOR),
    "members.invite": Permission(INSTRUCTOR, whole=True),  # what it makes signs in as others, everywhere
    "course.read": Permission(MEMBERS, READ),  # students: their own rows
    "statistics.read": Permission(STAFF, READ),
    "deliveries.read": Permission(STAFF, READ),
    "assignment.edit": Permission(INSTRUCTOR),
    "extension.edit": Permission(INSTRUCTOR),
    "override.edit": Permission(INSTRUCTOR),
    "regrade.read": Permission(INSTRUCTOR, READ),
    "regrade.run": Permission(INSTRUCTOR),
    "audit.read": Permission(INSTRUCTOR, READ),
    "submission.mark": Permission(STAFF),  # comments, answers in words, what students ask about a check
    "marking.read": Permission(STAFF, READ),
    "submission.create": Permission(MEMBERS, SUBMIT),
    "submission.read": Permission(MEMBERS, READ | SUBMIT),
    "submission.steer": Permission(MEMBERS, SUBMIT, owner=True),  # cancel, choose
    "submission.stop": Permission(STAFF),  # a student's, from the queue
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a request may work with: the person and, where the address names them, course, role and submission.
    `sections` are those that an assistant is confined to, None: all."""

    person: Person
    course: Course | None = None
    role: Role | None = None
    submission: Submission | None = None
    sections: frozenset[str] | None = None

    @property
    def staff(self) -> bool:
        return self.role in STAFF

    @property
    def here(self) -> Course:
        """The course that the address names, itself or by a submission."""
        if self.course is None:
            raise TypeError("the address names neither a course nor a submission")
        return self.course


def place_in(session: Session, who: Person, course_id: int) -> tuple[Role | None, frozenset[str] | None]:
    """The role in a course, and the sections that it is confined to. An administrator is an instructor everywhere; a
    token that is confined to another course has no role in this one."""
    if who.course not in (None, course_id):
        return None, None
    if who.admin:
        return Role.INSTRUCTOR, None
    membership = session.get(Membership, (course_id, who.id))
    return (membership.role, sections.confining(membership)) if membership else (None, None)


def visible_submissions(who: Person) -> sa.Select[Submission]:
    """Where every query for submissions starts: one's own, one's team's, and those that count for the students that one
    is staff of; with a token that is confined to a course, those of that course."""
    allowed = _mine(who) | _shared(who) | _taught(who)
    query = sa.select(Submission) if who.admin else sa.select(Submission).where(allowed)
    if who.course is None:
        return query
    inside = sa.select(CourseAssignment.id).where(CourseAssignment.course_id == who.course)
    return query.where(Submission.assignment_id.in_(inside))


def _mine(who: Person) -> sa.ColumnElement[bool]:
    here = (
        sa.select(CourseAssignment.id)
        .join(Membership, Membership.course_id == CourseAssignment.course_id)
        .where(Membership.user_id == who.id)
    )
    return sa.and_(Submission.user_id == who.id, Submission.assignment_id.in_(here))


def _shared(who: Person) -> sa.ColumnElement[bool]:
    """What was handed in for the team that one is in now, where an assignment is done in teams."""
    return (
        sa.select(CourseAssignment.id)
        .join(Membership, Membership.course_id == CourseAssignment.course_id)
        .where(CourseAssignment.id == Submission.assignment_id, CourseAssignment.teams, Submission.team != "")
        .where(Membership.user_id == who.id, Membership.group == Submission.team)
        .correlate(Submission)
        .exists()
    )


def _taught(who: Person) -> sa.ColumnElement[bool]:
    staff, student = aliased(Membership), aliased(Membership)
    theirs = sa.select(student.user_id).where(
        student.course_id == staff.course_id,
        (student.user_id == Submission.user_id) | _of_team(student),
        student.role == Role.STUDENT,
        sections.is_among(student.section, staff.section),
    )
    everyone = (staff.role == Role.INSTRUCTOR) | (staff.section == "")
    return (
        sa.select(CourseAssignment.id)
        .join(staff, staff.course_id == CourseAssignment.course_id)
        .where(CourseAssignment.id == Submission.assignment_id, staff.user_id == who.id, staff.role.in_(STAFF))
        .where(everyone | theirs.correlate(staff, Submission, CourseAssignment).exists())
        .correlate(Submission)
        .exists()
    )


def _of_team(student: type[Membership]) -> sa.ColumnElement[bool]:
    return sa.and_(CourseAssignment.teams, Submission.team != "", student.group == Submission.team)


def find_student(session: Session, grant: Grant, user: str) -> Membership:
    """A student of the grant's course, with its user, by id or e-mail. Raises NotFound, also for one of a section that
    whoever asks does not work with."""
    among = students(grant.here.id, Filters(within=grant.sections))
    found = session.scalar(
        sa.select(Membership)
        .join(Membership.user)
        .where(Membership.course_id == grant.here.id, Membership.user_id.in_(among), is_user(user))
        .options(joinedload(Membership.user))
    )
    if found is None:
        raise NotFound(Message("people.student.unknown", {"user": user, "course": grant.here.slug}))
    return found


def find_students(session: Session, grant: Grant, typed: str) -> list[Membership]:
    """The students of the grant's course whom somebody may mean: by id, e-mail or number, else by words that stand in
    name or address; in the order of their addresses."""
    if not (plain := typed.replace("\0", "").strip()):
        return []
    among = students(grant.here.id, Filters(within=grant.sections))
    words = students(grant.here.id, Filters(within=grant.sections, search=plain))
    exactly = is_user(plain) | (Membership.external_id == plain)
    mine = sa.select(Membership).join(Membership.user).where(Membership.course_id == grant.here.id)
    for found in (Membership.user_id.in_(among) & exactly, Membership.user_id.in_(words)):
        if rows := session.scalars(mine.where(found).options(joinedload(Membership.user)).order_by(User.email)).all():
            return list(rows)
    return []


def for_course(session: Session, who: Person, name: str, slug: str) -> Grant:
    """What `who` may do in the course `slug` by the permission `name`. Raises NotFound or Forbidden."""
    permission = _carried(who, name)
    course = find_course(session, slug)
    role, confined = place_in(session, who, course.id)
    if role is None:
        raise NotFound(Message("course.unknown", {"course": slug}))
    if role not in permission.roles:
        raise Forbidden(Message("course.not-allowed"))
    return Grant(who, course, role, sections=confined)


def for_submission(session: Session, who: Person, name: str, id: int) -> Grant:
    """What `who` may do with the submission `id`. Raises NotFound (also for someone else's) or Forbidden."""
    permission = _carried(who, name)
    submission = session.scalar(visible_submissions(who).where(Submission.id == id))
    if submission is None:
        raise NotFound(Message("course.submission.unknown", {"id": id}))
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    course = session.get_one(Course, assignment.course_id)
    role, confined = place_in(session, who, course.id)
    others = submission.user_id != who.id and role is not Role.STUDENT  # what students see is theirs, or their team's
    if role not in permission.roles or (permission.owner and others):
        raise Forbidden(Message("course.not-allowed"))
    return Grant(who, course, role, submission, confined)


def for_regrade(session: Session, who: Person, name: str, id: int) -> Grant:
    """What `who` may do with the regrade `id`: as in its course. Raises NotFound or Forbidden."""
    slug = session.scalar(
        sa.select(Course.slug)
        .join(CourseAssignment, CourseAssignment.course_id == Course.id)
        .join(Regrade, Regrade.assignment_id == CourseAssignment.id)
        .where(Regrade.id == id)
    )
    try:
        return for_course(session, who, name, slug or "")
    except NotFound:
        raise NotFound(Message("regrade.unknown", {"id": id})) from None


def as_student(session: Session, grant: Grant) -> Grant:
    """What the student whose submission it is may do with it, so that staff see what that student sees."""
    if grant.submission is None or not grant.staff:
        return grant
    owner = person(session.get_one(User, grant.submission.user_id))
    return Grant(owner, grant.course, Role.STUDENT, grant.submission)


def for_self(who: Person, name: str) -> Grant:
    """What `who` may do where the address names no course. Raises Forbidden."""
    permission = _carried(who, name)
    if permission.admin and not who.admin:
        raise Forbidden(Message("people.not-admin"))
    return Grant(who)


def _carried(who: Person, name: str) -> Permission:
    permission = PERMISSIONS[name]
    if not permission.scopes & who.scopes:
        raise Forbidden(Message("course.token.scope", {"scopes": tuple(sorted(who.scopes))}))
    if permission.whole and who.course is not None:
        raise Forbidden(Message("people.token.confined"))
    return permission
