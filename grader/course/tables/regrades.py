"""Grading again what was graded, and what people say about a submission: regrades, requests for one, comments."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grader.course.tables.base import AssignmentKey, Base, Id, Made, SubmissionKey, UserKey, now


class Regrade(Base):
    """Grading chosen submissions of an assignment again: a dry run first, then applied or dropped, later rolled back.

    `state` is `running`, `ready`, `applied`, `dropped` or `rolled-back`; `which` is `counting`, `latest` or `all`;
    `students` None: everyone."""

    __tablename__ = "regrades"
    id: Mapped[Id]
    assignment_id: Mapped[AssignmentKey] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(16), default="running", index=True)
    which: Mapped[str] = mapped_column(sa.String(16), default="counting")
    students: Mapped[list[int] | None]
    never_lower: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[Made]
    ready_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it was dropped or rolled back."""


class RegradeItem(Base):
    """One submission of a regrade. `old_report_id` is what held when it began, `new_report_id` what came out now;
    `changed` has the checks whose verdict or points differ (`grader.course.regrade_rows`); `applied`: the new report
    holds, until it is rolled back. `attempt` fences off a late result, as that of a submission does. `state` is
    `waiting`, `running`, `done` or `broken`; of one that was left when it was to be applied or rolled back, `lower` or
    `moved`."""

    __tablename__ = "regrade_items"
    id: Mapped[Id]
    regrade_id: Mapped[int] = mapped_column(sa.ForeignKey("regrades.id", ondelete="CASCADE"))
    submission_id: Mapped[SubmissionKey] = mapped_column(index=True)
    user_id: Mapped[UserKey]
    state: Mapped[str] = mapped_column(sa.String(16), default="waiting")
    attempt: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    old_report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reports.id", ondelete="SET NULL"))
    new_report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("reports.id", ondelete="SET NULL"))
    old: Mapped[Fraction | None]
    new: Mapped[Fraction | None]
    changed: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    applied: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (sa.UniqueConstraint("regrade_id", "submission_id"), sa.Index(None, "state", "id"))


class RegradeRequest(Base):
    """A student asks that a check be looked at again; staff answer with words and a replay. `state` is `open`,
    `answered` or `withdrawn`."""

    __tablename__ = "regrade_requests"
    id: Mapped[Id]
    submission_id: Mapped[SubmissionKey] = mapped_column(index=True)
    user_id: Mapped[UserKey] = mapped_column(index=True)
    function: Mapped[str]
    check: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(sa.String(16), default="open")
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    replay_id: Mapped[int | None] = mapped_column(sa.ForeignKey("regrades.id", ondelete="SET NULL"))
    """The regrade of this one submission that the answer rests on."""


class Comment(Base):
    """What staff write beside a submission, where it belongs to, and points given or taken for it."""

    __tablename__ = "comments"
    id: Mapped[Id]
    submission_id: Mapped[SubmissionKey] = mapped_column(index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    function: Mapped[str | None]
    path: Mapped[str | None]
    line: Mapped[int | None]
    text: Mapped[str]
    points: Mapped[Fraction | None]
    at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
