"""Which worker processes are alive, and how well they confine: each says so every few seconds."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import Worker, now
from grader.settings import TIERS

SILENT = timedelta(seconds=10)
"""A worker that said nothing for so long counts as dead."""


def beat(session: Session, id: str, isolation: str) -> None:
    """Say that worker `id` lives. Rows of workers that have been silent for a day are dropped."""
    worker = session.get(Worker, id)
    if worker is None:
        session.execute(sa.delete(Worker).where(Worker.beat_at < now() - timedelta(days=1)))
        session.add(Worker(id=id, isolation=isolation))
    else:
        worker.beat_at, worker.isolation = now(), isolation


def leave(session: Session, id: str) -> None:
    """Say that worker `id` ends."""
    session.execute(sa.delete(Worker).where(Worker.id == id))


def alive(session: Session) -> list[Worker]:
    return list(session.scalars(sa.select(Worker).where(Worker.beat_at > now() - SILENT).order_by(Worker.started_at)))


def isolation(session: Session) -> str | None:
    """The weakest tier among the workers that live; None where none does."""
    tiers = [worker.isolation for worker in alive(session)]
    return min(tiers, key=TIERS.index) if tiers else None
