"""From what was handed in to a report, here or in a process of its own: no database, nothing but what is handed over.

Theory of operation
-------------------
`judge` is what a worker does with a submission. A `Lane` does the same in other processes, for work that must not
stand in the way of anybody: they run at the lowest priority, so that a grading on the fast lane takes a processor from
them at once, and share no interpreter lock with it. A process is started when there is work and none is idle, grades
one submission at a time in boxes of its own, and is ended when it has been idle for a while, or with the worker.
What crosses is data of ours; student code runs in boxes, as always, and never in these processes.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

import structlog

from grader import intake
from grader.core import BoxFault, Limits, Progress, Report, Sandbox, SourceFile, State, Submission
from grader.course.terms import Terms
from grader.grading import collect_rarely, grade, registry, rejected, seeds
from grader.report import stored
from grader.sandbox import open_sandbox

Tier = Literal["ns", "landlock", "none"]
LOWEST = 19
"""The nice value of a process of the slow lane: beside an ordinary one it gets a hundredth of a processor."""
IDLE_SECONDS = 30.0
"""After so long without work a process of the slow lane is ended."""
LOOK_SECONDS = 0.1
"""How often whoever waits for a process looks whether the worker ends."""

log = structlog.get_logger("grader.jobs.judging")


@dataclass(frozen=True, slots=True)
class Order:
    """What is graded, by which terms: `slug` is that of the unit, or the definition of the bundle. `seed` is that of an
    earlier report, by which the same numbers are drawn again; empty: it follows from the secret."""

    slug: str
    terms: Terms
    files: tuple[tuple[str, bytes], ...]
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a judge needs besides: the key of the hidden numbers, and more folders of assignment files."""

    secret: bytes
    own: tuple[Path, ...] = ()


def judge(
    order: Order, around: Surroundings, sandbox: Sandbox, progress: Callable[[Progress], None] | None = None
) -> Report:
    """The report on what was handed in, as `grade` gives it; `rejected` where there is nothing that could be graded."""
    assignment = registry.load(order.slug, around.own)
    names = {function.name.partition(".")[0] for function in assignment.functions}
    try:
        submission = intake.parse(order.files, names)
    except intake.Rejected as refusal:
        read = [(file.path, file.data) for file in refusal.files] or order.files
        return rejected(assignment, refusal.message, read, notes=refusal.notes, isolation=sandbox.isolation)
    seed = seeds.from_text(order.seed) if order.seed else seeds.seed_of(around.secret, submission.sha256)
    return grade(
        assignment,
        submission,
        seed,
        sandbox,
        profile=registry.profile(order.terms.profile),
        learning=order.terms.learning,
        shares=order.terms.shares,
        tolerance=order.terms.tolerance,
        supply=order.terms.supply,
        progress=progress,
    )


def opens(sandbox: Sandbox) -> bool:
    """Whether a box can be opened, with nothing in it that could be at fault."""
    try:
        with sandbox.open(Submission((SourceFile("empty.py", b"", ""),)), [], Limits()):
            return True
    except BoxFault as fault:
        log.warning("a box could not be opened", cause=str(fault))
        return False


# --------------------------------------------------------------------------- in processes of their own


class NoBox(Exception):
    """A process can open no box any more: no submission is at fault."""


class Ending(Exception):
    """The worker ends, and does not wait for what its processes do."""


class Lane:
    """Processes of the lowest priority that judge, in boxes of the tier `isolation`, until `stop` is set."""

    def __init__(self, around: Surroundings, isolation: Tier, stop: threading.Event) -> None:
        self._around, self._isolation, self._stop = around, isolation, stop
        self._idle: list[tuple[float, ProcessPoolExecutor]] = []
        self._lock = threading.Lock()
        self._context = get_context("spawn")
        self._held, self._lifeline = self._context.Pipe(duplex=False)

    @contextmanager
    def process(self) -> Iterator[Callable[[Order], dict[str, Any]]]:
        """A process for as long as there is work for it: a function that gives the report as it is stored. What flies
        from it (BrokenProcessPool where the process was killed, NoBox, Ending) ends the process."""
        with self._lock:
            pool = self._idle.pop()[1] if self._idle else self._start()
        try:
            yield lambda order: self._awaited(pool.submit(_judged, order, self._around, self._isolation))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        with self._lock:
            self._idle.append((time.monotonic(), pool))

    def _awaited(self, result: Future[dict[str, Any]]) -> dict[str, Any]:
        while not wait([result], LOOK_SECONDS).done:
            if self._stop.is_set():
                raise Ending
        return result.result()

    def rest(self) -> None:
        """End the processes that have been idle for long."""
        with self._lock:
            old = [one for one in self._idle if time.monotonic() - one[0] > IDLE_SECONDS]
            self._idle = [one for one in self._idle if one not in old]
        for _, pool in old:
            pool.shutdown(wait=False)

    def close(self) -> None:
        """End all of them, whatever they do."""
        self._lifeline.close()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin, initargs=(self._held,))


def _begin(lifeline: Connection) -> None:
    """Become a process of the slow lane, deaf to Ctrl-C: it ends when the worker does, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(LOWEST)
    collect_rarely()
    threading.Thread(target=_live_by, args=(lifeline,), name="lifeline", daemon=True).start()


def _live_by(lifeline: Connection) -> None:
    lifeline.poll(None)  # nobody ever writes
    os._exit(0)


@cache
def _sandbox(isolation: Tier) -> Sandbox:
    return open_sandbox(isolation, unsafe=isolation == "none")


def _judged(order: Order, around: Surroundings, isolation: Tier) -> dict[str, Any]:
    """Raises NoBox."""
    sandbox = _sandbox(isolation)
    report = judge(order, around, sandbox)
    if report.state is State.BROKEN and not opens(sandbox):
        raise NoBox
    return stored.encode(report)
