"""What students hand in: bytes, files, hand-ins."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.course.tables.assignments import CourseAssignment
from grader.course.tables.base import AssignmentKey, Base, Id, Sha256, Status, SubmissionKey, UserKey, now
from grader.course.tables.people import User


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
    team: Mapped[str] = mapped_column(default="")
    """The student's group, as it was called then: where the assignment is done in teams, it counts for those in it."""
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
    report_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("reports.id", use_alter=True, ondelete="SET NULL"), index=True
    )
    """The report that holds: the last grading's, or that of a regrade which was applied."""
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
        sa.Index(None, "assignment_id", "team"),
    )


class SubmissionFile(Base):
    """One uploaded file, as sent: an archive is opened by the worker, not here."""

    __tablename__ = "submission_files"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[Sha256] = mapped_column(sa.ForeignKey("blobs.sha256"))
    size: Mapped[int]


class IdempotencyKey(Base):
    """The answer that a key got, for as long as it may be asked for again."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[UserKey] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[Sha256]
    submission_id: Mapped[SubmissionKey]
    attempts_left: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(default=now, index=True)
