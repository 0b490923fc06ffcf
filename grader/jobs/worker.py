"""Joins the halves: takes submissions from the database, grades them in boxes, writes what came out.

Theory of operation
-------------------
One process with a number of slots. A grading is a job of the engine in a thread of its own, which mostly waits for
its box; the box dies with this process. Beside them runs one thread that says that this worker lives, feeds the
engine (`dispatcher`), and puts the jobs of workers that fell silent back in line. A result counts only if the
row still names this attempt: a worker that was given up for dead, and comes back, changes nothing.

A fault of ours gives the submission back; it is tried again, a few times. Where no box can be opened any more, no
submission is at fault: the worker hands back what it has and ends, and its next start finds out what is lacking. Asked
to end, the worker stops taking jobs, waits for those that run, and hands back what is not ready in time. Below the
least isolation that the operator wants it takes no gradings at all: uploads are kept and wait.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Literal, NamedTuple

import structlog

from grader.core import Message, Progress, Sandbox, State
from grader.course import submissions, units, workers
from grader.course.database import Database, make_engine
from grader.grading import collect_rarely, registry
from grader.jobs.dispatcher import GLANCE_SECONDS, GRADE, SWEEP_SECONDS, Dispatcher
from grader.jobs.engine import DbosEngine
from grader.jobs.errands import Errands
from grader.jobs.judging import Lane, Order, Surroundings, judge, opens
from grader.jobs.keeping import Keeper
from grader.jobs.port import COURIER, Port
from grader.jobs.postman import Postman
from grader.jobs.publishing import Publisher, published_in
from grader.jobs.regrading import REGRADE, Regrader
from grader.jobs.regrading import sources as regrades
from grader.jobs.secret import secret_of
from grader.jobs.stoppable import Stoppable, Stopped
from grader.jobs.supervisor import DRAIN_SECONDS, on_end_signal
from grader.report import stored, text
from grader.settings import Settings

BEAT_SECONDS = 1.0
STOP_SECONDS = 0.5
REST_SECONDS = 10.0
FORGET_AFTER = timedelta(days=1)
FORGET_SECONDS = 3600.0
RUNNING: tuple[Literal["running"]] = ("running",)

Steps = Mapping[str, tuple[float, Callable[[], object]]]
"""What is done every so many seconds, by name."""

log = structlog.get_logger("grader.jobs.worker")


class Grading(NamedTuple):
    """One that runs: what is graded, and the sandbox that ends it."""

    work: submissions.Work
    sandbox: Stoppable


class Closing(Exception):
    """This worker ends: the job is another's."""


class SandboxLost(Exception):
    """No box can be opened any more, and this worker has ended for it."""


class Grader:
    """Grades one submission after another: the handler of the jobs of kind `grade`. Where no box can be opened any more
    it hands everything back, is `lost`, and sets `stop`."""

    def __init__(
        self,
        database: Database,
        around: Surroundings,
        sandbox: Sandbox,
        worker: str,
        *,
        stop: threading.Event | None = None,
    ) -> None:
        self._database, self._around, self._sandbox, self._worker = database, around, sandbox, worker
        self._stop, self.lost = stop or threading.Event(), False
        self._current: dict[int, Grading] = {}
        self._closing = False

    def __call__(self, id: int) -> None:
        if self._closing:
            raise Closing
        with self._database.write() as session:
            work = submissions.begin(session, id, self._worker)
        if work is None:
            return
        grading = self._current[id] = Grading(work, Stoppable(self._sandbox))
        try:
            with structlog.contextvars.bound_contextvars(submission=id, attempt=work.attempt, worker=self._worker):
                self._grade(grading)
        finally:
            self._current.pop(id, None)

    def _grade(self, grading: Grading) -> None:
        started, work = time.monotonic(), grading.work
        try:
            report = judge(
                Order(work.slug, work.terms, work.files), self._around, grading.sandbox, self._progress(work)
            )
        except Stopped:
            log.info("grading stopped")
            return
        except Exception as fault:
            log.exception("grading failed through us")
            with self._database.write() as session:
                submissions.give_back(session, work.id, work.attempt, _reason(fault))
            return
        if report.state is State.BROKEN and not opens(self._sandbox):
            log.error("no box can be opened any more: this worker ends, what it graded waits")
            self.release()
            self.lost = True
            self._stop.set()
            return
        with self._database.write() as session:
            kept = submissions.finish(session, work.id, work.attempt, stored.encode(report))
        seconds = round(time.monotonic() - started, 3)
        log.info(report.state.value if kept else "result came too late", slug=work.slug, seconds=seconds)

    def _progress(self, work: submissions.Work) -> Callable[[Progress], None]:
        def tell(at: Progress) -> None:
            with self._database.write() as session:
                wanted = submissions.progress(session, work.id, work.attempt, at.function, at.done, at.total)
            if not wanted:
                raise Stopped

        return tell

    def stop_unwanted(self) -> None:
        """End the boxes of gradings that were cancelled, or became another worker's."""
        current = dict(self._current)
        if not current:
            return
        with self._database.read() as session:
            wanted = submissions.wanted(session, {id: grading.work.attempt for id, grading in current.items()})
        for id in current.keys() - wanted:
            current[id].sandbox.stop()

    def release(self) -> None:
        """Put what is being graded back in line, at no cost, and take nothing up any more: this worker ends."""
        self._closing = True
        with self._database.write() as session:
            for id, grading in list(self._current.items()):
                if submissions.release(session, id, grading.work.attempt):
                    log.info("handed back", submission=id, attempt=grading.work.attempt)


def _reason(fault: Exception) -> Message:
    return Message("jobs.fault", {"type": type(fault).__name__})


class Pulse:
    """The thread beside the gradings: does `steps`, feeds the engine, reaps the dead."""

    def __init__(
        self, database: Database, engine: DbosEngine, dispatcher: Dispatcher, worker: str, steps: Steps
    ) -> None:
        self._database, self._engine, self._dispatcher = database, engine, dispatcher
        self._worker, self._steps = worker, steps
        self._due: dict[str, float] = {}

    def beat_until(self, stop: threading.Event) -> None:
        steps: Steps = {
            **self._steps,
            "reap": (BEAT_SECONDS, self._reap),
            "sweep": (SWEEP_SECONDS, self._dispatcher.sweep),
            "glance": (GLANCE_SECONDS, self._dispatcher.glance),
            "forget": (FORGET_SECONDS, lambda: self._engine.forget(FORGET_AFTER)),
        }
        while not stop.wait(GLANCE_SECONDS):
            for name, (seconds, step) in steps.items():
                if time.monotonic() >= self._due.get(name, 0.0):
                    self._try(name, step)
                    self._due[name] = time.monotonic() + seconds

    def _try(self, name: str, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception:  # a database that is away comes back; this thread must be there then
            log.exception("a step of the worker failed and is tried again", step=name)

    def _reap(self) -> None:
        with self._database.read() as session:
            living = {worker.id for worker in workers.alive(session)} | {self._worker}
        dead = {job.executor for job in self._engine.list(states=RUNNING) if job.executor} - living
        if dead:
            reaped = self._engine.reap(sorted(dead))
            log.warning("jobs of workers that fell silent are in line again", workers=sorted(dead), jobs=list(reaped))


def work(
    settings: Settings,
    sandbox: Sandbox | None,
    *,
    refusal: Message | None = None,
    name: str | None,
    slots: int,
    queues: Sequence[str],
) -> None:
    """Be a worker until SIGTERM; raises SandboxLost where no box can be opened any more. `name` is this process's
    alone: its jobs are known by that.

    Without a `sandbox` it runs no submissions, also where `queues` asks for it: it was started for errands alone, or
    `refusal` says why it must not. What is uploaded waits then.
    """
    worker = name or uuid.uuid4().hex
    isolation, own = sandbox.isolation if sandbox else None, (published_in(settings),)
    stop = threading.Event()
    on_end_signal(stop.set)
    with structlog.contextvars.bound_contextvars(worker=worker), Database(settings) as database:
        if refusal:
            log.error("submissions are kept and not run", reason=text(refusal, "en"))

        def beat() -> None:
            with database.write() as session:
                workers.beat(session, worker, isolation, slots=slots, refusal=refusal)

        with database.write() as session:
            units.write(session, registry.units(own), registry.accepted())
        collect_rarely()
        beat()
        errands, postman = Errands(database, settings), Postman(database, settings)
        handlers: dict[str, Callable[[Any], None]] = {**errands.handlers, **postman.handlers}
        steps: dict[str, tuple[float, Callable[[], object]]] = {
            "beat": (BEAT_SECONDS, beat),
            "outbox": (FORGET_SECONDS, postman.forget),
        }
        grader = regrader = None
        if sandbox:
            around = Surroundings(secret_of(settings), own)
            grader = Grader(database, around, sandbox, worker, stop=stop)
            regrader = Regrader(database, Lane(around, sandbox.isolation, stop), around, sandbox, stop)
            handlers |= {GRADE: grader, REGRADE: regrader}
            steps |= {"stop": (STOP_SECONDS, grader.stop_unwanted), "rest": (REST_SECONDS, regrader.rest)}
        engine = make_engine(settings.database_url, for_dbos=True)
        allowed = [queue for queue in queues if queue == COURIER or sandbox]
        with DbosEngine(engine, handlers, executor=worker, slots=slots, queues=allowed) as jobs:
            dispatcher = Dispatcher(database, jobs, [errands.sources, postman.sources, regrades])
            log.info("worker ready", isolation=isolation, slots=slots, queues=allowed)
            with _beside(Keeper(database), *([Publisher(database, settings, sandbox)] if sandbox else [])):
                _run(jobs, Pulse(database, jobs, dispatcher, worker, steps), [grader, regrader], stop)
        with database.write() as session:
            workers.leave(session, worker)
    if grader and grader.lost:
        raise SandboxLost("no box can be opened any more")


@contextmanager
def _beside(*rounds: Keeper | Publisher) -> Iterator[None]:
    """A thread for each beside the gradings; they are not waited for: what one has begun, the next worker does."""
    stop = threading.Event()
    for one in rounds:
        threading.Thread(target=one.run, args=(stop,), name=type(one).__name__.lower(), daemon=True).start()
    yield
    stop.set()


def _run(jobs: Port, pulse: Pulse, hands: Sequence[Grader | Regrader | None], stop: threading.Event) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=pulse.beat_until, args=(ended,), name="pulse", daemon=True)
    thread.start()
    try:
        jobs.run(stop, drain_seconds=DRAIN_SECONDS)
        for hand in hands:
            if hand:
                hand.release()
    finally:
        ended.set()
        thread.join()
