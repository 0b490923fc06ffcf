"""How long the line is, and how fast it moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import Status, StoredReport, Submission

WINDOW = timedelta(minutes=10)
"""What "a minute" is the mean of."""
LOOKED_AT = 2000
"""Reports, the newest, that the pace is counted from: more than are made in the window."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of the whole service: how many wait, since when the first of them (None: nobody waits), how many run, and how
    many are finished a minute."""

    waiting: int
    running: int
    oldest: datetime | None
    per_minute: float


def line(session: Session, at: datetime) -> Line:
    counts = dict(
        session.execute(
            sa.select(Submission.status, sa.func.count())
            .where(Submission.status.in_((Status.QUEUED, Status.RUNNING)))
            .group_by(Submission.status)
        ).all()
    )
    oldest = session.scalar(sa.select(sa.func.min(Submission.received_at)).where(Submission.status == Status.QUEUED))
    newest = sa.select(StoredReport.made_at).order_by(StoredReport.id.desc()).limit(LOOKED_AT).subquery()
    done = session.scalar(sa.select(sa.func.count()).select_from(newest).where(newest.c.made_at > at - WINDOW)) or 0
    minutes = WINDOW.total_seconds() / 60
    return Line(counts.get(Status.QUEUED, 0), counts.get(Status.RUNNING, 0), oldest, done / minutes)
