"""What the grader asks of a job engine: six methods over plain data, so that another engine can take its place.

A job carries the key of a row and nothing else: whoever can write the engine's tables can make a worker look
at a row, not run code. The engine promises at least once: a job whose process dies is run again by another. It
is the row (its state and attempt) that makes the effect happen once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Literal, Protocol

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Key = int | str
Handler = Callable[[Any], None]
"""Does the work of one kind of job, given the key of its row. What it raises makes the job `failed`."""

GRADING = "grading"
"""The queue of gradings: processor time, partitioned by student."""
COURIER = "courier"
"""The queue of errands: fetching from and answering to other systems, which mostly wait for a network."""

REGRADING = "regrading"
"""The slow lane: grading again what was graded, beside the uploads and never before them."""


@dataclass(frozen=True, slots=True)
class Job:
    """An order to look at row `subject`. The same `id` twice is one job.

    `partition` (the student) shares a queue fairly; of one partition the smaller `priority` goes first, then age.
    """

    id: str
    kind: str
    subject: Key
    queue: str = GRADING
    partition: str | None = None
    priority: int = 10


@dataclass(frozen=True, slots=True)
class JobStatus:
    """Where a job is. `executor` is the worker that runs or last ran it."""

    id: str
    state: State
    executor: str | None = None


class Port(Protocol):
    """An engine: it keeps jobs until a worker has done them."""

    def enqueue(self, job: Job) -> None:
        """Keep `job` until it is done. One that waits or runs already is left alone; one that ended starts anew."""
        ...

    def cancel(self, job_id: str) -> None:
        """Never start the job; one that runs already is not interrupted."""
        ...

    def status(self, job_id: str) -> State | None:
        """The job's state, None where there is no such job."""
        ...

    def list(self, *, states: Collection[State] = ("waiting", "running"), limit: int = 100_000) -> Sequence[JobStatus]:
        """Jobs in `states`, the oldest first."""
        ...

    def reap(self, dead: Sequence[str]) -> Sequence[str]:
        """Put the jobs that the executors `dead` were running back in line; returns their ids. Idempotent."""
        ...

    def run(self, stop: Event, *, drain_seconds: float) -> Sequence[str]:
        """Do jobs until `stop`, then wait at most `drain_seconds` for those that run.

        Returns the ids of jobs that still run. This process must end without finishing them; they are in line again
        when this executor is reaped.
        """
        ...
