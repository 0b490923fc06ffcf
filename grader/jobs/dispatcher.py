"""Hands rows that wait for work to the job engine, and takes jobs back whose row no longer waits.

Theory of operation
-------------------
The row is the durable record and the job only points at it, so the dispatcher keeps no state that a crash could
lose. `glance` looks, many times a second, for uploads newer than the last one it saw. `sweep` compares everything
that waits with everything the engine holds, at the start and every few seconds: it finds what a crash, a give-back,
a commit out of order or a lost job left behind. Every worker has a dispatcher of its own; what two of them hand over
is one job, because a job is named after its row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import pauses
from grader.course.database import Database
from grader.course.tables import Status, Submission
from grader.jobs.port import Job, Port

GLANCE_SECONDS = 0.05
SWEEP_SECONDS = 2.0
GLANCE_LIMIT = 200
GRADE = "grade"

Source = Callable[[Session], Sequence[Job]]
"""Jobs for every row of a kind that waits for work now."""


class Dispatcher:
    """Feeds `engine` from `database`. `sources` are the other kinds of rows that wait for work."""

    def __init__(self, database: Database, engine: Port, sources: Sequence[Source] = ()) -> None:
        self._database, self._engine = database, engine
        self._sources = (waiting_submissions, *sources)
        self._seen = 0
        self._stale: set[str] = set()

    def glance(self) -> None:
        """Hand over the uploads that came since the last look."""
        with self._database.read() as session:
            new = session.execute(_new(self._seen)).all()
        for row in new:
            self._engine.enqueue(grading_of(row.id, row.user_id))
            self._seen = row.id

    def sweep(self) -> None:
        """Hand over everything that waits and has no job; cancel jobs that wait for a row that does not, twice seen."""
        held = {job.id: job for job in self._engine.list()}  # before the rows: a row that comes in between is not stale
        with self._database.read() as session:
            due = [job for source in self._sources for job in source(session)]
        for job in due:
            if job.id not in held:
                self._engine.enqueue(job)
        wanted = {job.id for job in due}
        stale = {job.id for job in held.values() if job.state == "waiting" and job.id not in wanted}
        for job_id in stale & self._stale:
            self._engine.cancel(job_id)
        self._stale = stale


def grading_of(id: int, user_id: int) -> Job:
    return Job(f"submission-{id}", GRADE, id, partition=str(user_id))


def waiting_submissions(session: Session) -> list[Job]:
    """Submissions that are queued; and that run, for whose job may have ended without them."""
    rows = session.execute(_rows(Status.QUEUED, Status.RUNNING))
    return [grading_of(row.id, row.user_id) for row in rows]


def _new(seen: int) -> sa.Select[int, int]:
    return _rows(Status.QUEUED).where(Submission.id > seen).limit(GLANCE_LIMIT)


def _rows(*statuses: Status) -> sa.Select[int, int]:
    """Of those that wait, the ones whose grading is not paused."""
    rows = sa.select(Submission.id, Submission.user_id).where(Submission.status.in_(statuses))
    held = (Submission.status == Status.QUEUED) & pauses.holds(Submission.assignment_id)
    return rows.where(~held).order_by(Submission.id)
