"""DBOS behind the port: the settings without which it loses, strands or leaks work, in one place.

Theory of operation
-------------------
Jobs are rows of DBOS's own tables, in the same database as ours (on SQLite in the same file, through an engine of
its own, because DBOS sends its own BEGIN). A worker process claims jobs of the queues it listens to and runs them
in threads. The settings that matter, and why:

- the executor id is new with every process: a reused one would let a starting worker take its predecessor's jobs
  while that one still drains;
- no process takes over a dead one's jobs by itself: `reap` does, when the heartbeats say who is dead;
- the application version is fixed: the default is a hash of the source, and every deploy would strand queued jobs;
- JSON for what is stored, and the reader of pickles is disarmed: DBOS chooses the reader by a column of the row,
  and whoever writes the database must not run code in the worker;
- the polling interval bounds the rate (slots / interval) and the wait of a job in an idle service;
- the queue of gradings is partitioned by student, one at a time each, on all workers together: of one student's
  hundred uploads one runs, and the others take no slot. A slot that comes free goes to one of the students who wait
  and have nothing running, drawn by lot, one each however much was handed in;
- nothing is deleted by DBOS itself: `forget` does.

DBOS is one instance a process, so is this engine.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, _serialization

from grader.jobs.port import COURIER, GRADING, REGRADING, Handler, Job, JobStatus, Key, State

POLL_SECONDS = 0.05
"""How long a job of an idle service waits at most for a worker to look."""
ERRAND_POLL_SECONDS = 0.5
"""The same for errands and regrades, which nobody watches."""
AT_ONCE_PER_STUDENT = 1
"""Gradings of one student that run at a time, on all workers together: 2 were every slot of a small service."""
ERRANDS_AT_ONCE = 4
MOST_STARTS = 6
"""Starts of one job that never ended, after which the engine gives it up. Rows give up earlier, and tell people."""
APPLICATION = "grader"
VERSION = "1"

_STATES: Mapping[str, State] = MappingProxyType(
    {
        "ENQUEUED": "waiting",
        "DELAYED": "waiting",
        "PENDING": "running",
        "SUCCESS": "done",
        "ERROR": "failed",
        "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
        "CANCELLED": "cancelled",
    }
)
_ENDED: frozenset[State] = frozenset({"done", "failed", "cancelled"})

log = structlog.get_logger("grader.jobs.engine")


class DbosEngine:
    """The port (`grader.jobs.port.Port`) on DBOS. Use it as a context manager.

    `engine` is a SQLAlchemy engine made for DBOS, `handlers` do the work of each kind of job, `executor` names this
    process (new with every start), `slots` is the number of gradings at a time, `queues` are the queues to work on.
    """

    def __init__(
        self,
        engine: sa.Engine,
        handlers: Mapping[str, Handler],
        *,
        executor: str,
        slots: int,
        queues: Sequence[str] = (GRADING, COURIER, REGRADING),
        most_starts: int = MOST_STARTS,
    ) -> None:
        self._engine, self._handlers = engine, handlers
        self._executor, self._slots, self._queues, self._most_starts = executor, slots, tuple(queues), most_starts
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> DbosEngine:
        logging.getLogger("dbos").addHandler(logging.NullHandler())  # else DBOS adds a handler of its own
        _disarm_pickle()
        self._dbos = DBOS(config=self._config())
        DBOS.workflow(name="job", max_recovery_attempts=self._most_starts - 1)(self._workflow())
        DBOS.listen_queues(self._queues)
        DBOS.launch()
        self._register_queues()
        return self

    def __exit__(self, *_: object) -> None:
        DBOS.destroy(destroy_registry=True)

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_engine": self._engine,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": self._executor,
            "use_listen_notify": False,
            "log_level": "WARNING",
        }

    def _register_queues(self) -> None:
        DBOS.register_queue(
            GRADING,
            worker_concurrency=self._slots,
            partition_concurrency=AT_ONCE_PER_STUDENT,
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            REGRADING,
            worker_concurrency=self._slots,
            polling_interval_sec=ERRAND_POLL_SECONDS,
            on_conflict="always_update",
        )
        DBOS.register_queue(
            COURIER,
            worker_concurrency=ERRANDS_AT_ONCE,
            polling_interval_sec=ERRAND_POLL_SECONDS,
            on_conflict="always_update",
        )

    def _workflow(self) -> Any:
        def job(kind: str, subject: Key) -> None:
            self._perform(str(DBOS.workflow_id), kind, subject)

        return job

    def _perform(self, job_id: str, kind: str, subject: Key) -> None:
        with self._lock:
            self._running.add(job_id)
        try:
            self._handlers[kind](subject)
        except Exception:
            log.exception("job failed", job=job_id, kind=kind, subject=subject)
            raise
        finally:
            with self._lock:
                self._running.discard(job_id)

    # ------------------------------------------------------------------ the port

    def enqueue(self, job: Job) -> None:
        if self.status(job.id) in _ENDED:
            DBOS.delete_workflows([job.id])
        options: dict[str, Any] = {
            "workflow_name": "job",
            "queue_name": job.queue,
            "workflow_id": job.id,
            "priority": job.priority,
            "application_name": APPLICATION,
        }
        if job.queue == GRADING:
            options["queue_partition_key"] = job.partition or "-"
        DBOS.enqueue_workflow_with_options(options, job.kind, job.subject)  # type: ignore[arg-type]

    def cancel(self, job_id: str) -> None:
        DBOS.cancel_workflows([job_id])

    def status(self, job_id: str) -> State | None:
        found = DBOS.get_workflow_status(job_id)
        return None if found is None else _STATES[found.status]

    def list(self, *, states: Collection[State] = ("waiting", "running"), limit: int = 100_000) -> Sequence[JobStatus]:
        wanted = [theirs for theirs, ours in _STATES.items() if ours in states]
        found = DBOS.list_workflows(status=wanted, limit=limit, load_input=False, load_output=False)
        return [JobStatus(one.workflow_id, _STATES[one.status], one.executor_id) for one in found]

    def reap(self, dead: Sequence[str]) -> Sequence[str]:
        # Private, and the one that is right: it asks for the dead executor in its UPDATE, so that two reapers cannot
        # take a job from the living, and it keeps the count of starts. `resume_workflows` does neither.
        return [handle.get_workflow_id() for handle in DBOS._recover_pending_workflows(list(dead))]

    def run(self, stop: threading.Event, *, drain_seconds: float) -> Sequence[str]:
        stop.wait()
        for claiming in self._dbos.background_thread_stop_events:
            claiming.set()
        deadline = time.monotonic() + drain_seconds
        while self._running_now() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        return self._running_now()

    def _running_now(self) -> Sequence[str]:
        with self._lock:
            return sorted(self._running)

    # ------------------------------------------------------------------ housekeeping

    def forget(self, older_than: timedelta) -> int:
        """Delete the records of jobs that ended longer ago than `older_than`; returns how many."""
        before = (datetime.now(UTC) - older_than).isoformat()
        ended = DBOS.list_workflows(completed_before=before, limit=10_000, load_input=False, load_output=False)
        ids = [one.workflow_id for one in ended if _STATES[one.status] in _ENDED]
        if ids:
            DBOS.delete_workflows(ids)
        return len(ids)


def _disarm_pickle() -> None:
    """Make DBOS's default reader refuse: it unpickles whatever a row of its tables says is a pickle."""

    def refuse(serialized_data: str) -> Any:
        raise ValueError("a pickle in the job tables is never read")

    _serialization.DBOSDefaultSerializer.deserialize = refuse  # type: ignore[method-assign]
