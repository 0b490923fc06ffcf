"""People, courses, who belongs to which, and how a person comes in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.course.tables.base import Base, CourseKey, Id, Made, Role, Sha256, UserKey

DEFAULT_PROFILE = "default"
"""The contract's conventions: what a course is graded by that chooses nothing."""


class User(Base):
    """`email` is lower case; `language` is `en`, `ko` or None (as the browser asks); `timezone` None means that of the
    course one looks at; `password` is an argon2id hash, None where only links sign in. `signed_in_at`: the last time,
    None: never. `erased_at`: name and address are gone, scores stay."""

    __tablename__ = "users"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(default="")
    admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(sa.String(8))
    timezone: Mapped[str | None] = mapped_column(sa.String(64))
    password: Mapped[str | None] = mapped_column(sa.String(255))
    mail: Mapped[bool] = mapped_column(default=True)
    signed_in_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    made_at: Mapped[Made]


class Course(Base):
    """`timezone` is an IANA name: local times of the schedule are meant in it. `profile` names the conventions that its
    assignments are graded by where they do not name their own. `late_days` is each student's budget for the whole term;
    `retention_days` after `ends` what was handed in is deleted, None: never."""

    __tablename__ = "courses"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str]
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    profile: Mapped[str] = mapped_column(sa.String(64), default=DEFAULT_PROFILE)
    late_days: Mapped[int] = mapped_column(default=0)
    ends: Mapped[datetime | None]
    retention_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Made]


class Membership(Base):
    """A person's place in a course. Its row is what an upload locks while attempts are counted. An assistant with a
    `section` (several: `A;B`) works with the students of those sections alone; `group` is a student's team."""

    __tablename__ = "memberships"
    course_id: Mapped[CourseKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    role: Mapped[Role]
    section: Mapped[str] = mapped_column(default="")
    group: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str] = mapped_column(default="")
    repository: Mapped[str | None]
    """`owner/name` on the forge, lower case: pushes there are this person's."""
    user: Mapped[User] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")
    __table_args__ = (sa.UniqueConstraint("course_id", "repository"),)


class Token(Base):
    """A bearer token `ag_...`; only its SHA-256 is kept. `course_id` confines it to one course."""

    __tablename__ = "tokens"
    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    scopes: Mapped[list[str]]
    name: Mapped[str] = mapped_column(default="")
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("courses.id", ondelete="CASCADE"))
    made_at: Mapped[Made]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class BrowserSession(Base):
    __tablename__ = "sessions"
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    made_at: Mapped[Made]
    expires_at: Mapped[datetime]


class SignInLink(Base):
    """`invitation`: somebody's first link, which staff hand on; it lives for days and ends with the first sign-in."""

    __tablename__ = "sign_in_links"
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    invitation: Mapped[bool] = mapped_column(default=False)
