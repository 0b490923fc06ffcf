"""Users, courses and who belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grader.core import Message
from grader.course.tables import Course, Membership, Role, User
from grader.errors import BadRequest, Conflict, NotFound

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SLUG = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
"""What can stand in an address as it is; `.` and `..` would lead elsewhere."""


LONGEST = 200
"""Characters of a name or title."""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user as plain data. `scopes` is what the token allows, `course` the one that it is confined to (an
    id), `until` when it expires; a browser session, known by its hash in `session`, allows all everywhere.
    `timezone` is the one they chose, if any."""

    id: int
    email: str
    name: str
    admin: bool
    language: str | None
    scopes: frozenset[str] = frozenset({"all"})
    course: int | None = None
    until: datetime | None = None
    session: str | None = None
    timezone: str | None = None


def person(user: User) -> Person:
    return Person(user.id, user.email, user.name, user.admin, user.language, timezone=user.timezone)


def one_line(text: str) -> str:
    """A name or title in one line. Control characters go (PostgreSQL takes no NUL, a terminal obeys the others), and
    so do the marks that turn the direction of whatever stands beside. Raises BadRequest for more than `LONGEST`."""
    line = UNSEEN.sub("", " ".join(text.split()))
    if len(line) > LONGEST:
        raise BadRequest(Message("course.text.long", {"most": LONGEST, "count": len(line)}))
    return line


def clean_email(text: str) -> str:
    """Lower case, without blanks around it. Raises BadRequest for what is no address."""
    email = text.strip().lower()
    name, at, host = email.partition("@")
    if not (name and at and host) or len(email) > 254 or any(c.isspace() for c in email) or UNSEEN.search(email):
        raise BadRequest(Message("course.email.bad", {"email": text}))
    return email


def create_user(session: Session, email: str, *, name: str = "", admin: bool = False) -> User:
    """Raises Conflict where the address is taken."""
    email = clean_email(email)
    if session.scalar(sa.select(User.id).where(User.email == email)):
        raise Conflict(Message("course.user.exists", {"email": email}))
    user = User(email=email, name=one_line(name), admin=admin)
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, email: str) -> User:
    """Raises NotFound."""
    user = session.scalar(sa.select(User).where(User.email == clean_email(email)))
    if user is None:
        raise NotFound(Message("course.user.unknown", {"email": email}))
    return user


def create_course(session: Session, slug: str, *, title: str = "", timezone: str = "UTC") -> Course:
    """Raises BadRequest for a slug that cannot stand in an address or an unknown zone, Conflict where it exists."""
    if not SLUG.fullmatch(slug):
        raise BadRequest(Message("course.slug.bad", {"slug": slug}))
    zone(timezone)
    if session.scalar(sa.select(Course.id).where(Course.slug == slug)):
        raise Conflict(Message("course.exists", {"course": slug}))
    course = Course(slug=slug, title=one_line(title) or slug, timezone=timezone)
    session.add(course)
    session.flush()
    return course


def zone(name: str) -> ZoneInfo:
    """Raises BadRequest for a name that is not in the IANA table."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRequest(Message("course.timezone.unknown", {"timezone": name})) from None


def find_course(session: Session, slug: str) -> Course:
    """Raises NotFound, also for what no course can be called."""
    course = session.scalar(sa.select(Course).where(Course.slug == slug)) if SLUG.fullmatch(slug) else None
    if course is None:
        raise NotFound(Message("course.unknown", {"course": slug}))
    return course


def add_member(session: Session, course: Course, user: User, role: Role) -> Membership:
    """Make `user` a member, or give a member another role."""
    membership = session.get(Membership, (course.id, user.id))
    if membership is None:
        membership = Membership(course_id=course.id, user_id=user.id, role=role)
        session.add(membership)
    membership.role = role
    session.flush()
    return membership


def members(course_id: int, within: frozenset[str] | None = None) -> sa.Select[Membership]:
    """The members of a course with their users, in the order of their addresses; `within`: of its students those of
    these sections."""
    query = (
        sa.select(Membership)
        .join(Membership.user)
        .where(Membership.course_id == course_id)
        .options(joinedload(Membership.user))
        .order_by(User.email)
    )
    if within is not None:
        query = query.where((Membership.role != Role.STUDENT) | Membership.section.in_(within))
    return query


def courses_of(session: Session, who: Person) -> list[tuple[Course, Role]]:
    """The courses a person may open, and as what. An administrator is instructor everywhere; a token that is confined
    to a course opens that alone."""
    own = {
        course.id: (course, role)
        for course, role in session.execute(
            sa.select(Course, Membership.role)
            .join(Membership, Membership.course_id == Course.id)
            .where(Membership.user_id == who.id)
        )
    }
    if who.admin:
        for course in session.scalars(sa.select(Course)):
            own.setdefault(course.id, (course, Role.INSTRUCTOR))
    if who.course is not None:
        own = {id: place for id, place in own.items() if id == who.course}
    return sorted(own.values(), key=lambda pair: pair[0].slug)
