"""The slow lane: regrades, worked through beside the uploads and never before them.

A job works through one shard of a regrade (`course.regrade_work`), one submission after another, in a process of the
lowest priority (`judging.Lane`). It takes no further one while uploads wait for their turn, but for one every few
seconds, so that a regrade gets done on a busy evening too. A call that such a process did not get through in time may
have been waiting for a processor: what ran into a limit of the clock is graded once more by the worker itself, as an
upload would be, and that counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from grader.core import Sandbox
from grader.course import pauses, regrade_work
from grader.course.database import Database
from grader.course.regrade_work import Work
from grader.course.tables import Status, Submission
from grader.jobs.judging import Ending, Lane, NoBox, Order, Surroundings, judge
from grader.jobs.port import REGRADING, Job
from grader.report import stored

REGRADE = "regrade"
MAKE_WAY_SECONDS = 5.0
"""How long a regrade stands still at most for uploads that wait."""
LOOK_SECONDS = 0.05

log = structlog.get_logger("grader.jobs.regrading")


class Regrader:
    """The handler of the jobs of kind `regrade`. `lane` has the processes; `sandbox` is the worker's own, which ends
    when `stop` is set: then no further submission is taken."""

    def __init__(
        self, database: Database, lane: Lane, around: Surroundings, sandbox: Sandbox, stop: threading.Event
    ) -> None:
        self._database, self._lane, self._around, self._sandbox = database, lane, around, sandbox
        self._stop = stop

    def __call__(self, key: str) -> None:
        regrade, shard = map(int, key.split("."))
        with self._database.write() as session:
            regrade_work.recover(session, regrade, shard)
        work = self._next(regrade, shard)
        if work is None:
            return
        with suppress(Ending), self._lane.process() as judged:
            while work is not None:
                self._grade(work, judged)
                work = self._next(regrade, shard)

    def rest(self) -> None:
        """End the processes that nobody has needed for a while."""
        self._lane.rest()

    def release(self) -> None:
        """End the processes: this worker ends. What they had begun was handed back when it was told to."""
        self._lane.close()

    def _next(self, regrade: int, shard: int) -> Work | None:
        self._make_way()
        if self._stop.is_set():
            return None
        with self._database.write() as session:
            return regrade_work.take(session, regrade, shard)

    def _make_way(self) -> None:
        """Wait while uploads do, but not for ever."""
        latest = time.monotonic() + MAKE_WAY_SECONDS
        while time.monotonic() < latest and self._uploads_wait() and not self._stop.wait(LOOK_SECONDS):
            pass

    def _uploads_wait(self) -> bool:
        queued = sa.select(Submission.id).where(Submission.status == Status.QUEUED)
        waiting = queued.where(~pauses.holds(Submission.assignment_id)).limit(1)
        with self._database.read() as session:
            return session.scalar(waiting) is not None

    def _grade(self, work: Work, judged: Callable[[Order], dict[str, Any]]) -> None:
        """Raises what ended the process, after the submission was given back."""
        order = Order(work.slug, work.terms, work.files, work.seed)
        try:
            content = judged(order)
            if _hit_the_clock(content):
                content = stored.encode(judge(order, self._around, self._sandbox))
        except (NoBox, Ending):
            self._settle(work, regrade_work.release)
            raise
        except BrokenProcessPool:
            self._settle(work, regrade_work.give_back)
            raise
        except Exception:
            log.exception("regrading failed through us", submission=work.submission)
            self._settle(work, regrade_work.give_back)
            return
        self._settle(work, lambda session, work: regrade_work.finish(session, work, content))

    def _settle(self, work: Work, end: Callable[[Session, Work], bool]) -> None:
        with self._database.write() as session:
            heard = end(session, work)
        log.info("regraded" if heard else "regraded too late", submission=work.submission, attempt=work.attempt)


def _hit_the_clock(content: Mapping[str, Any]) -> bool:
    limit = content.get("limits")
    return limit is not None and limit["kind"] == "wall_time"


def sources(session: Session) -> Sequence[Job]:
    """A job for each shard in which something is left."""
    return [
        Job(f"{REGRADE}-{regrade}-{shard}", REGRADE, f"{regrade}.{shard}", queue=REGRADING)
        for regrade, shard in regrade_work.shards(session)
    ]
