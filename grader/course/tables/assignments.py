"""What a course hands out, by which rules, and what holds for one student alone."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.course.tables.base import AssignmentKey, Base, CourseKey, Id, Made, UserKey, now
from grader.course.tables.people import Course


class Unit(Base):
    """What the registry knows of a slug or a bundle, as plain data: all that the web process knows of an assignment.

    `slug` is a definition (`grader.bundles`). `titles` are those that its author gave it, by language; what the
    catalogues know needs none. Functions of a bundle name their `unit`."""

    __tablename__ = "units"
    slug: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    titles: Mapped[dict[str, Any]]
    functions: Mapped[list[dict[str, Any]]]
    files: Mapped[list[str]]
    starter: Mapped[dict[str, Any]]
    max_score: Mapped[Fraction]
    revision: Mapped[str] = mapped_column(sa.String(80))
    written_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Profile(Base):
    """What courses may choose as `profile`, as the registry knows it: axis -> the options that have full marks."""

    __tablename__ = "profiles"
    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    accepts: Mapped[dict[str, Any]]


class CourseAssignment(Base):
    """A unit or bundle that a course hands out, with its settings: see `grader.course.schedule`.

    `slug` is its address in the course: that of the unit, unless the course gives it another. `profile` None: the
    course's. `learning` is the percentage of a function's points that its `learning` check carries; `supply` says
    whether starter modules that were not handed in stand in; `hints` is the rule by which hints open
    (`grader.course.hints.Rule`). `points` (check -> share) and `tolerance` replace what the unit says; `visibility`
    (check -> `always`, `after-due`, `after-release`, `never`) is applied when a report is read; `released_at` is when
    scores and what waits for that were released. `teams`: one hand-in counts for all of a group. `questions` are
    answered in words and marked by hand. `version` grows with every change of the settings."""

    __tablename__ = "assignments"
    id: Mapped[Id]
    course_id: Mapped[CourseKey]
    slug: Mapped[str] = mapped_column(sa.String(200))
    unit_slug: Mapped[str] = mapped_column(sa.ForeignKey("units.slug"))
    title: Mapped[str | None]
    profile: Mapped[str | None] = mapped_column(sa.String(64))
    learning: Mapped[int] = mapped_column(default=0)
    supply: Mapped[bool] = mapped_column(default=True)
    hints: Mapped[dict[str, Any]] = mapped_column(default=dict)
    points: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tolerance: Mapped[float | None]
    visibility: Mapped[dict[str, Any]] = mapped_column(default=dict)
    released_at: Mapped[datetime | None]
    teams: Mapped[bool] = mapped_column(default=False)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=0)
    opens: Mapped[datetime | None]
    due: Mapped[datetime | None]
    closes: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=0)
    late_policy: Mapped[dict[str, Any]] = mapped_column(default=lambda: {"kind": "none"})
    attempts_per_day: Mapped[int | None]
    attempts_total: Mapped[int | None]
    counts: Mapped[str] = mapped_column(sa.String(8), default="best")
    weight: Mapped[Fraction] = mapped_column(default=Fraction(1))
    made_at: Mapped[Made]
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    course: Mapped[Course] = relationship(lazy="raise")
    __table_args__ = (sa.UniqueConstraint("course_id", "slug"),)


class Extension(Base):
    """Another due time for one student, and its `closes`; effective at once, also for what was handed in before."""

    __tablename__ = "extensions"
    assignment_id: Mapped[AssignmentKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    due: Mapped[datetime]
    closes: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column(default=0)


class Override(Base):
    """What staff decided for one student: a `score` in place of the counted one, excused (no part of the total), or
    withheld (not shown to the student)."""

    __tablename__ = "overrides"
    assignment_id: Mapped[AssignmentKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    score: Mapped[Fraction | None]
    excused: Mapped[bool] = mapped_column(default=False)
    withheld: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    version: Mapped[int] = mapped_column(default=0)


class Answer(Base):
    """What a student answers to a question in words, and the points that staff gave for it."""

    __tablename__ = "answers"
    assignment_id: Mapped[AssignmentKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    question: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    text: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    points: Mapped[Fraction | None]
    remark: Mapped[str] = mapped_column(default="")
    marked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
