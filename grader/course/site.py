"""The whole site, for its administrators: every course, everyone with an account, and who else administers."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, emails
from grader.course.filters import is_user
from grader.course.people import Person, create_user
from grader.course.tables import Course, CourseAssignment, Membership, Role, User
from grader.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course with how many of each belong to it."""

    course: Course
    students: int
    staff: int
    assignments: int


def courses(session: Session) -> list[CourseLine]:
    """Every course, in the order of their addresses."""
    student = sa.func.count(sa.case((Membership.role == Role.STUDENT, 1)))
    counts = {
        row.course_id: (row.students, row.everyone - row.students)
        for row in session.execute(
            sa.select(
                Membership.course_id, student.label("students"), sa.func.count(Membership.user_id).label("everyone")
            ).group_by(Membership.course_id)
        )
    }
    each = sa.select(CourseAssignment.course_id, sa.func.count(CourseAssignment.id))
    handed_out = dict(session.execute(each.group_by(CourseAssignment.course_id)).all())
    return [
        CourseLine(one, *counts.get(one.id, (0, 0)), handed_out.get(one.id, 0))
        for one in session.scalars(sa.select(Course).order_by(Course.slug))
    ]


def people(search: str = "") -> sa.Select[User]:
    """Everyone with an account, the administrators first; `search`: with these letters in name or address."""
    query = sa.select(User).where(User.erased_at.is_(None))
    if words := search.strip():
        query = query.where(User.email.icontains(words, autoescape=True) | User.name.icontains(words, autoescape=True))
    return query.order_by(User.admin.desc(), User.email)


def find(session: Session, user: str) -> User:
    """By id or e-mail. Raises NotFound."""
    found = session.scalar(people().where(is_user(user)))
    if found is None:
        raise NotFound(Message("course.user.unknown", {"email": user}))
    return found


def add(session: Session, who: Person, email: str, name: str) -> User:
    """An account for somebody who is in no course yet. Raises BadRequest or Conflict."""
    user = create_user(session, email, name=name)
    audit.record(session, "create-user", user.email, user_id=who.id)
    return user


def change_email(session: Session, who: Person, user: User, email: str) -> None:
    """Another address for anyone. Raises BadRequest or Conflict."""
    emails.change(session, user, email, who.id)


def set_admin(session: Session, who: Person, user: User, admin: bool) -> None:
    """Make an administrator, or none again. Raises Conflict where none would be left."""
    others = sa.select(sa.func.count(User.id)).where(User.admin, User.erased_at.is_(None), User.id != user.id)
    if user.admin and not admin and not session.scalar(others):
        raise Conflict(Message("people.admin.last", {"email": user.email}))
    if user.admin != admin:
        user.admin = admin
        audit.record(session, "make-admin" if admin else "unmake-admin", user.email, user_id=who.id)
    session.flush()
