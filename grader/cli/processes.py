"""Processes that work side by side for one command, and end with it.

They are started by the standard library's `forkserver`, with the modules that they need loaded once; where BLAS is to
have more than one thread each is started afresh, since the library counts its threads when it is loaded. What crosses
between them is data of ours.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection


@contextmanager
def processes(count: int, preload: str, *, threads: int = 1) -> Iterator[ProcessPoolExecutor]:
    """At most `count` processes that have the module `preload`, and so many threads of BLAS; what waits at the end is
    not begun any more."""
    context = get_context("forkserver" if threads == 1 else "spawn")
    context.set_forkserver_preload([preload])
    with _deaf_to_interrupts():
        forkserver.ensure_running()
    held, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(max_workers=count, mp_context=context, initializer=_begin, initargs=(held, threads))
    try:
        yield pool
    except BaseException:
        lifeline.close()  # nobody waits for what still runs
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        lifeline.close()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What is started inside never hears Ctrl-C, which reaches every process of a terminal: this one decides."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(lifeline: Connection, threads: int) -> None:
    if threads > 1:  # NumPy is not loaded yet
        os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    from grader.grading import collect_rarely

    collect_rarely()
    _live_by(lifeline)


def _live_by(lifeline: Connection) -> None:
    """End this process, and its boxes with it, when the one that started it ends or wants no more: however that ends,
    the kernel closes the pipe."""

    def watch() -> None:
        lifeline.poll(None)  # nobody ever writes
        os._exit(0)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
