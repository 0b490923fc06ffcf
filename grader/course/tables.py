"""Every table of the course. Times are UTC, points are exact hundredths, secrets are kept as SHA-256 only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from grader.course.columns import Points, Utc


class Role(StrEnum):
    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"


DEFAULT_PROFILE = "default"
"""The contract's conventions: what a course is graded by that chooses nothing."""


class Status(StrEnum):
    """Where a submission is. Only `queued` and `running` ones still change by themselves."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REJECTED = "rejected"
    BROKEN = "broken"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self not in (Status.QUEUED, Status.RUNNING)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Utc,
        Fraction: Points,
        Role: sa.Enum(Role, native_enum=False, length=16, values_callable=lambda roles: [role.value for role in roles]),
        Status: sa.Enum(Status, native_enum=False, length=16, values_callable=lambda all: [one.value for one in all]),
        dict[str, Any]: sa.JSON,
        Mapping[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        list[dict[str, Any]]: sa.JSON,
    }


def now() -> datetime:
    return datetime.now(UTC)


Sha256 = Annotated[str, mapped_column(sa.String(64))]
"""Lower-case hex."""
Id = Annotated[int, mapped_column(primary_key=True)]
UserKey = Annotated[int, mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))]
CourseKey = Annotated[int, mapped_column(sa.ForeignKey("courses.id", ondelete="CASCADE"))]
AssignmentKey = Annotated[int, mapped_column(sa.ForeignKey("assignments.id", ondelete="CASCADE"))]
SubmissionKey = Annotated[int, mapped_column(sa.ForeignKey("submissions.id", ondelete="CASCADE"))]
Made = Annotated[datetime, mapped_column(default=now)]

# --------------------------------------------------------------------------- people and courses


class User(Base):
    """`email` is lower case; `language` is `en`, `ko` or None (as the browser asks)."""

    __tablename__ = "users"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(default="")
    admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None] = mapped_column(sa.String(8))
    made_at: Mapped[Made]


class Course(Base):
    """`timezone` is an IANA name: local times of the schedule are meant in it. `profile` names the conventions that its
    assignments are graded by where they do not name their own."""

    __tablename__ = "courses"
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str]
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    profile: Mapped[str] = mapped_column(sa.String(64), default=DEFAULT_PROFILE)
    made_at: Mapped[Made]


class Membership(Base):
    """A person's place in a course. Its row is what an upload locks while attempts are counted."""

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


# --------------------------------------------------------------------------- what is handed in


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
    (`grader.course.hints.Rule`)."""

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


class Blob(Base):
    """Bytes under their SHA-256: the same file handed in a hundred times is kept once."""

    __tablename__ = "blobs"
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class Submission(Base):
    """One hand-in. The row in state `queued` is the durable record: everything else follows from it.

    `number` counts a student's hand-ins for the assignment from 1; `attempt` counts gradings of this row and
    fences off a late result; `faults` counts those that failed through us; `version` grows with every visible
    change, and is what watchers look at; `terms` say how it was last graded (`grader.course.terms`).
    """

    __tablename__ = "submissions"
    id: Mapped[Id]
    assignment_id: Mapped[AssignmentKey]
    user_id: Mapped[UserKey]
    number: Mapped[int]
    sha256: Mapped[Sha256]
    revision: Mapped[str] = mapped_column(sa.String(80))
    source: Mapped[str] = mapped_column(sa.String(32), default="upload")
    commit: Mapped[str | None] = mapped_column(sa.String(64))
    repository: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[Status] = mapped_column(default=Status.QUEUED)
    version: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    terms: Mapped[dict[str, Any] | None]
    faults: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(sa.String(64))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    progress: Mapped[dict[str, Any] | None]
    """`{"function", "done", "total"}` while running."""
    score: Mapped[Fraction | None]
    max_score: Mapped[Fraction | None]
    late: Mapped[int] = mapped_column(default=0)
    """Seconds after the due time, 0 within the grace."""
    chosen: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[dict[str, Any] | None]
    """Why it is broken: `{"id", "params"}` of a message. Why one was rejected stands in its report."""
    user: Mapped[User] = relationship(lazy="raise")
    assignment: Mapped[CourseAssignment] = relationship(lazy="raise")
    files: Mapped[list[SubmissionFile]] = relationship(lazy="raise", order_by="SubmissionFile.path")
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "user_id", "number"),
        sa.Index(None, "user_id", "assignment_id", "sha256"),
        sa.Index(None, "status", "id"),
    )


class SubmissionFile(Base):
    """One uploaded file, as sent: an archive is opened by the worker, not here."""

    __tablename__ = "submission_files"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[Sha256] = mapped_column(sa.ForeignKey("blobs.sha256"))
    size: Mapped[int]


# --------------------------------------------------------------------------- what came out


class StoredReport(Base):
    """The report of one grading. One row an attempt: a second result for it cannot be written."""

    __tablename__ = "reports"
    id: Mapped[Id]
    submission_id: Mapped[SubmissionKey]
    attempt: Mapped[int]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[Made]
    __table_args__ = (sa.UniqueConstraint("submission_id", "attempt"),)


class CheckVerdict(Base):
    """The verdicts of a submission's latest report, narrow, for statistics that need not read reports."""

    __tablename__ = "check_verdicts"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(16))


class NamedMistake(Base):
    """The mistakes that a submission's latest report names, narrow, as its verdicts are."""

    __tablename__ = "named_mistakes"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    diagnosis: Mapped[str] = mapped_column(primary_key=True)


class HintUnlock(Base):
    """A hint that a student has opened: `level` of those for one mistake in one function of an assignment, in the
    report of `submission_id`. It stays open in later attempts."""

    __tablename__ = "hint_unlocks"
    id: Mapped[Id]
    assignment_id: Mapped[AssignmentKey]
    user_id: Mapped[UserKey]
    submission_id: Mapped[SubmissionKey] = mapped_column(index=True)
    function: Mapped[str]
    diagnosis: Mapped[str]
    level: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    user: Mapped[User] = relationship(lazy="raise")
    submission: Mapped[Submission] = relationship(lazy="raise")
    __table_args__ = (sa.UniqueConstraint("assignment_id", "user_id", "function", "diagnosis", "level"),)


class Grade(Base):
    """The submission that counts for a student, kept in the transaction that writes a result."""

    __tablename__ = "grades"
    assignment_id: Mapped[AssignmentKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    submission_id: Mapped[SubmissionKey] = mapped_column(index=True)
    score: Mapped[Fraction]
    """After the late policy."""
    max_score: Mapped[Fraction]
    late: Mapped[int]


# --------------------------------------------------------------------------- who may come in


class Token(Base):
    """A bearer token `ag_...`; only its SHA-256 is kept."""

    __tablename__ = "tokens"
    id: Mapped[Id]
    sha256: Mapped[Sha256] = mapped_column(unique=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    scopes: Mapped[list[str]]
    made_at: Mapped[Made]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class BrowserSession(Base):
    __tablename__ = "sessions"
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    made_at: Mapped[Made]
    expires_at: Mapped[datetime]


class SignInLink(Base):
    __tablename__ = "sign_in_links"
    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The answer that a key got, for as long as it may be asked for again."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[Sha256]
    submission_id: Mapped[SubmissionKey]
    attempts_left: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(default=now, index=True)


# --------------------------------------------------------------------------- forges, workers, the record


class Hook(Base):
    """A forge's way into a course. `pattern` holds `{user}`, the part of an e-mail before the @."""

    __tablename__ = "hooks"
    id: Mapped[Id]
    course_id: Mapped[CourseKey]
    forge: Mapped[str] = mapped_column(sa.String(16))
    secret: Mapped[str] = mapped_column(sa.String(128))
    """In the clear: the forge's signature is checked with it."""
    pattern: Mapped[str | None]
    made_at: Mapped[Made]
    __table_args__ = (sa.UniqueConstraint("course_id", "forge"),)


class PathMap(Base):
    """Which assignment the files under a folder of a repository are for."""

    __tablename__ = "path_maps"
    course_id: Mapped[CourseKey] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]


class Delivery(Base):
    """What a forge sent, once each: the forge's delivery id is the key."""

    __tablename__ = "deliveries"
    id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    forge: Mapped[str] = mapped_column(sa.String(16))
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    state: Mapped[str] = mapped_column(sa.String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Worker(Base):
    """A worker process that is, or was, alive: see `grader.course.workers`. `isolation` is None where it runs no
    submissions; `refusal` is the message that says why, where it should."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    host: Mapped[str] = mapped_column(sa.String(255))
    isolation: Mapped[str | None] = mapped_column(sa.String(16))
    slots: Mapped[int]
    refusal: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now, index=True)


class AuditEntry(Base):
    """Who did what, when. `user_id` is None for the shell."""

    __tablename__ = "audit"
    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("courses.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(sa.String(64))
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
