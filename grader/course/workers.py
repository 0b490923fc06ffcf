"""Which worker processes are alive, and which of them run submissions, how well confined: each says so every second.

A worker that runs no submissions has no isolation: one that is there for errands alone, and one that refuses because
its machine confines less than its operator asks for. The latter says why, with the cure.
"""

from __future__ import annotations

import socket
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.tables import Worker, now
from grader.settings import TIERS, Settings

SILENT = timedelta(seconds=10)
"""A worker that said nothing for so long counts as dead."""


def beat(session: Session, id: str, isolation: str | None, *, slots: int = 1, refusal: Message | None = None) -> None:
    """Say that worker `id` lives, on this machine. Rows of workers that have been silent for a day are dropped."""
    why = None if refusal is None else {"id": refusal.id, "params": dict(refusal.params)}
    worker = session.get(Worker, id)
    if worker is None:
        session.execute(sa.delete(Worker).where(Worker.beat_at < now() - timedelta(days=1)))
        session.add(Worker(id=id, host=socket.gethostname(), isolation=isolation, slots=slots, refusal=why))
    else:
        worker.beat_at, worker.isolation, worker.slots, worker.refusal = now(), isolation, slots, why


def leave(session: Session, id: str) -> None:
    """Say that worker `id` ends."""
    session.execute(sa.delete(Worker).where(Worker.id == id))


def alive(session: Session) -> list[Worker]:
    return list(session.scalars(sa.select(Worker).where(Worker.beat_at > now() - SILENT).order_by(Worker.started_at)))


def grading(session: Session) -> list[Worker]:
    """The living workers that run submissions."""
    return [worker for worker in alive(session) if worker.isolation is not None]


def isolation(session: Session) -> str | None:
    """The weakest tier that submissions run in; None where no worker runs any."""
    tiers = [worker.isolation for worker in grading(session) if worker.isolation is not None]
    return min(tiers, key=TIERS.index) if tiers else None


def refusal(session: Session) -> Message | None:
    """Why submissions wait: what the first of the living workers that refuse to run them says."""
    return next((why for worker in alive(session) if (why := refusal_of(worker))), None)


def unconfined(session: Session, settings: Settings) -> bool:
    """Whether submitted code runs without isolation: a worker does so, or would if it lived."""
    tier = isolation(session)
    return settings.unconfined if tier is None else tier == "none"


def refusal_of(worker: Worker) -> Message | None:
    """Why this worker runs no submissions; None for one that does, or was never meant to."""
    return Message(worker.refusal["id"], worker.refusal["params"]) if worker.refusal else None
