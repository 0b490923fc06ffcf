"""What came out: reports, what is read from them, hints opened, grades."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grader.course.tables.base import AssignmentKey, Base, Id, Made, SubmissionKey, UserKey, now
from grader.course.tables.people import User
from grader.course.tables.submissions import Submission


class StoredReport(Base):
    """The report of one grading: of an attempt of the submission, or of a regrade. One row for each: a second result
    cannot be written, and none is ever changed."""

    __tablename__ = "reports"
    id: Mapped[Id]
    submission_id: Mapped[SubmissionKey]
    attempt: Mapped[int | None]
    regrade_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regrades.id", ondelete="CASCADE"))
    content: Mapped[dict[str, Any]]
    made_at: Mapped[Made]
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "attempt"),
        sa.UniqueConstraint("submission_id", "regrade_id"),
    )


class CheckVerdict(Base):
    """The verdicts of the report that holds, narrow, for statistics that need not read reports. `error` is the largest
    relative error, None where nothing was compared."""

    __tablename__ = "check_verdicts"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(16))
    error: Mapped[float | None]


class FunctionVerdict(Base):
    """How the functions of a submission came out in the report that holds, narrow as its verdicts are. `fingerprint` is
    the same for those that give the same wrong numbers for the same inputs (`grader.course.fingerprints`)."""

    __tablename__ = "function_verdicts"
    submission_id: Mapped[SubmissionKey] = mapped_column(primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(16))
    points: Mapped[Fraction]
    max_points: Mapped[Fraction]
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))


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
    """What counts for a student in an assignment, kept in the transaction that changes anything it depends on, so that
    a gradebook reads this table alone. `submission_id` None: there is a score by hand and nothing handed in.

    `raw` is the submission's own score; `penalty` what being late took off; `manual` the points given by hand (answers,
    comments); `late_days` those of the budget that it used; `score` is what counts in the end, an override included."""

    __tablename__ = "grades"
    assignment_id: Mapped[AssignmentKey] = mapped_column(primary_key=True)
    user_id: Mapped[UserKey] = mapped_column(primary_key=True, index=True)
    submission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    score: Mapped[Fraction]
    max_score: Mapped[Fraction]
    raw: Mapped[Fraction] = mapped_column(default=Fraction(0))
    penalty: Mapped[Fraction] = mapped_column(default=Fraction(0))
    manual: Mapped[Fraction] = mapped_column(default=Fraction(0))
    late: Mapped[int]
    late_days: Mapped[int] = mapped_column(default=0)
    overridden: Mapped[bool] = mapped_column(default=False)
    excused: Mapped[bool] = mapped_column(default=False)
    withheld: Mapped[bool] = mapped_column(default=False)
