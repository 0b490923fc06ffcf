"""Keeps the processes of one machine running, and takes them with it when it ends.

Theory of operation
-------------------
The supervisor does no work: it starts its children, starts one that died again (later and later while it keeps
dying), and passes an end on. Every child holds the reading end of a pipe whose only writing end is the
supervisor's, its *lifeline*: however the supervisor ends, also by SIGKILL, the kernel closes the pipe, and each
child ends itself within `DRAIN_SECONDS`, by the same path as SIGTERM.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

DRAIN_SECONDS = 8.0
"""How long a process may finish what it has begun after it was asked to end."""
END_SECONDS = 10.0
"""After this long a process that was asked to end is killed."""
SOONEST_RESTART, LATEST_RESTART = 0.2, 10.0
"""Seconds until a child that died is started again: doubled each time, back to the first after it stood a while."""
STEADY_SECONDS = 30.0
TICK_SECONDS = 0.05

log = structlog.get_logger("grader.jobs.supervisor")


@dataclass
class Child:
    """A process to keep: how to start it, and what became of it.

    `died` is told the name of each process that ended unasked, which it was given with `--name` and no other has.
    `inherit` are descriptors that it is given.
    """

    title: str
    arguments: Sequence[str]
    died: Callable[[str], None] | None = None
    inherit: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    name: str = ""
    started: float = 0.0
    delay: float = SOONEST_RESTART
    start_at: float = 0.0


def supervise(children: Sequence[Child]) -> None:
    """Run `children` until SIGTERM or SIGINT, then end them: none is left after `END_SECONDS`."""
    reader, writer = os.pipe()  # `writer` stays here and is never inherited: it is the lifeline
    stop = threading.Event()
    on_end_signal(stop.set)
    try:
        while not stop.wait(TICK_SECONDS):
            for child in children:
                _tend(child, reader)
        _end(children)
    finally:
        os.close(writer)
        os.close(reader)


def _tend(child: Child, lifeline: int) -> None:
    if child.process is None:
        if time.monotonic() >= child.start_at:
            _start(child, lifeline)
    elif (code := child.process.poll()) is not None:
        steady = time.monotonic() - child.started > STEADY_SECONDS
        delay = SOONEST_RESTART if steady else child.delay
        log.warning("process ended", process=child.title, pid=child.process.pid, code=code, restart_in=delay)
        child.process, child.start_at = None, time.monotonic() + delay
        child.delay = min(delay * 2, LATEST_RESTART)
        _tell(child)


def _tell(child: Child) -> None:
    if child.died:
        try:
            child.died(child.name)
        except Exception:  # whoever is told may be in trouble of its own: the processes are kept all the same
            log.exception("the end of a process could not be told", process=child.title)


def _start(child: Child, lifeline: int) -> None:
    command = [sys.executable, "-m", "grader.cli", *child.arguments, "--lifeline", str(lifeline)]
    child.name = uuid.uuid4().hex
    if child.died:
        command += ["--name", child.name]
    child.process = subprocess.Popen(command, pass_fds=[lifeline, *child.inherit])
    child.started = time.monotonic()
    log.info("process started", process=child.title, pid=child.process.pid)


def _end(children: Sequence[Child]) -> None:
    alive = [child.process for child in children if child.process]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for process in alive:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process did not end in time", pid=process.pid)
            process.kill()
            process.wait()


def on_end_signal(end: Callable[[], None]) -> None:
    """Call `end` when this process is asked to end (SIGTERM, or Ctrl-C)."""

    def handle(_signal: int, _frame: FrameType | None) -> None:
        end()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def hold(lifeline: int | None) -> None:
    """End this process when its supervisor ends: by SIGTERM first, for good after `END_SECONDS`."""
    if lifeline is None:
        return

    def watch() -> None:
        os.read(lifeline, 1)  # returns only when the writing end is closed: nobody ever writes
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(END_SECONDS - 1)
        os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
