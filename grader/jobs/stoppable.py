"""A sandbox for one grading, which another thread can end: its boxes die at once, and no other is opened."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from grader.core import BoxFault, Limits, Program, Revisable, Sandbox, Submission


class Stopped(BaseException):
    """The grading is no longer wanted: cancelled, or another worker's. No `except Exception` stands in its way."""


class Stoppable:
    """The sandbox behind it, until `stop`: then whoever uses a box, or opens one, gets `Stopped`. A box that still
    loads its files is left to the limits of loading."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._stopped = sandbox, False
        self._open: list[Program] = []
        self._lock = threading.Lock()

    @property
    def isolation(self) -> Literal["ns", "landlock", "none"]:
        return self._sandbox.isolation

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for program in self._open:
                program.stop()

    @contextmanager
    def open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        *,
        supply: Collection[str] = (),
        handout: Sequence[str] = (),
        ours: Collection[str] = (),
    ) -> Iterator[Revisable]:
        self._check()
        with self._sandbox.open(submission, names, limits, supply=supply, handout=handout, ours=ours) as program:
            with self._lock:
                self._open.append(program)
            try:
                self._check()
                yield program
            except BoxFault:
                self._check()
                raise
            finally:
                with self._lock:  # from here on its descriptors may be another box's
                    self._open.remove(program)

    def _check(self) -> None:
        if self._stopped:
            raise Stopped
