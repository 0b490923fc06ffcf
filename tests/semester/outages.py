"""What a term has to live through: the worker dies, and the whole service does, while work waits."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.semester.term import Term


@contextmanager
def outages(term: Term, uploads: int) -> Iterator[None]:
    """While the class uploads so much, SIGKILL to the worker after a quarter of it, to every process after half."""
    before = len(term.ledger.hand_ins)
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(_strike, term, before + uploads // 4, before + uploads // 2)
        yield
        done.result()


def _strike(term: Term, first: int, second: int) -> None:
    service = term.campus.service
    _wait_for_work(term, first)
    term.campus.wait_for(lambda: bool(service.children("worker")))
    os.kill(service.children("worker")[0], signal.SIGKILL)
    term.happened["worker killed"] += 1
    _wait_for_work(term, second)
    service.restart()
    term.happened["service killed"] += 1


def _wait_for_work(term: Term, taken: int) -> None:
    """Until so much was taken, and some of it waits that could be lost."""
    term.campus.wait_for(lambda: len(term.ledger.hand_ins) >= taken)
    assert term.is_busy(), "nothing waits that could be lost"
