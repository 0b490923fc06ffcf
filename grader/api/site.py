"""Courses as a whole: listed, made, copied for the next term; and, for administrators, everyone with an account."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from grader.api.courses import detail
from grader.api.dependencies import Reader, Writer, permission
from grader.api.gradebook import Cursor, Limit, paged
from grader.api.guard import guarded_router
from grader.api.schemas import CourseDetail, Page
from grader.core import Message
from grader.course import audit, copying, people, site
from grader.course.copying import Copy
from grader.course.permissions import Grant
from grader.course.tables import Course, User
from grader.errors import BadRequest

router = guarded_router(tags=["courses"])
Admin = Annotated[Grant, Depends(permission("site.admin"))]
Copier = Annotated[Grant, Depends(permission("course.copy"))]
Word = Annotated[str, StringConstraints(max_length=people.LONGEST)]
MOST_DAYS = 36_525
MOST_STAFF = 1000


class CourseLine(BaseModel):
    """A course of yours, and what you are in it."""

    slug: str
    title: str
    timezone: str
    role: str


class NewCourse(BaseModel):
    """`slug` is its address; `timezone` an IANA name."""

    model_config = ConfigDict(extra="forbid")
    slug: Word
    title: Word = ""
    timezone: Word = "UTC"


class CourseCopy(BaseModel):
    """`days` that every date moves, or `begins`: the local day on which the first assignment opens, or is due, then.
    `staff` are ids or e-mails of the old course's assistants and instructors; you are instructor in any case."""

    model_config = ConfigDict(extra="forbid")
    slug: Word
    title: Word = ""
    days: Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)] | None = None
    begins: date | None = None
    staff: Annotated[list[Word], Field(max_length=MOST_STAFF)] = []


class Account(BaseModel):
    user: int
    email: str
    name: str
    admin: bool


class NewAccount(BaseModel):
    model_config = ConfigDict(extra="forbid")
    email: Word
    name: Word = ""


class AccountChange(BaseModel):
    """What is given is changed. `admin`: instructor of every course, and administrator of the site. Another `email`
    leaves scores, tokens and receipts with the person, and ends the sign-in links that are open."""

    model_config = ConfigDict(extra="forbid")
    admin: bool | None = None
    email: Word | None = None


@router.get("/courses")
def show_courses(grant: Annotated[Grant, Depends(permission("self"))], session: Reader) -> Page[CourseLine]:
    """The courses that you may open. An administrator is instructor of all."""
    lines = [
        CourseLine(slug=one.slug, title=one.title, timezone=one.timezone, role=role)
        for one, role in people.courses_of(session, grant.person)
    ]
    return Page(items=lines, next_cursor=None)


@router.post("/courses", status_code=201)
def make_course(grant: Admin, session: Writer, body: NewCourse) -> CourseDetail:
    """Make a course. For administrators."""
    return detail(session, made(session, grant, body))


def made(session: Session, grant: Grant, body: NewCourse) -> Course:
    """Raises BadRequest or Conflict."""
    course = people.create_course(session, body.slug, title=body.title, timezone=body.timezone)
    audit.record(session, "create-course", course.slug, user_id=grant.person.id, course_id=course.id)
    return course


@router.post("/courses/{course}/copy", status_code=201)
def copy_course(grant: Copier, session: Writer, body: CourseCopy) -> CourseDetail:
    """A course for the next term: the same assignments and settings, every date moved by whole local days. What is due
    at 23:59 stays due at 23:59."""
    return detail(session, copied(session, grant, body))


def copied(session: Session, grant: Grant, body: CourseCopy) -> Course:
    """Raises BadRequest or Conflict."""
    if (body.days is None) == (body.begins is None):
        raise BadRequest(Message("people.copy.one"))
    days = body.days if body.begins is None else copying.days_until(session, grant.here, body.begins)
    staff = [copying.staff_id(session, grant.here, one) for one in body.staff]
    wanted = Copy(body.slug, days or 0, body.title, staff)
    return copying.copy(session, grant.here, wanted, by=grant.person.id)


@router.get("/people")
def show_people(
    grant: Admin,
    session: Reader,
    search: Annotated[str, Query(max_length=people.LONGEST, description="Letters of a name or an e-mail.")] = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Account]:
    """Everyone with an account, the administrators first. For administrators."""
    table, following = paged(session.scalars(site.people(search)).all(), limit, cursor)
    return Page(items=[_account(one) for one in table], next_cursor=following)


def _account(one: User) -> Account:
    return Account(user=one.id, email=one.email, name=one.name, admin=one.admin)


@router.post("/people", status_code=201)
def add_person(grant: Admin, session: Writer, body: NewAccount) -> Account:
    """An account for somebody who is in no course yet. For administrators."""
    return _account(site.add(session, grant.person, body.email, body.name))


@router.patch("/people/{user}")
def change_person(user: str, grant: Admin, session: Writer, body: AccountChange) -> Account:
    """Make an administrator, or none again, where one is left; change the e-mail. For administrators."""
    found = site.find(session, user)
    if body.email is not None:
        site.change_email(session, grant.person, found, body.email)
    if body.admin is not None:
        site.set_admin(session, grant.person, found, body.admin)
    return _account(found)
