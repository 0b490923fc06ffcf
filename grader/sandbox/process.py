"""What the process of a box is to the trusted side, whoever made it: `plain` without isolation, `keeper` with it."""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from grader.core import Limits

INSIDE = Path(__file__).with_name("inside")
NUMPY_FOLDER = Path(np.__file__).parent.parent
# One BLAS thread: the same bits on every machine, and one process is one thread. A fixed hash seed: sets of strings
# have the same order in every grading (the isolated mode -I would ignore it, so its parts are given one by one).
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "LC_CTYPE": "C.UTF-8",
}
# A Python whose own library is found through this variable would not start without it.
ENVIRONMENT |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
PYTHON = (sys.executable, "-P", "-s", "-S", "-B")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended: the signal that killed it or None, its exit code, its CPU seconds in all."""

    signal: int | None
    code: int
    cpu_seconds: float


class Process(Protocol):
    """A running guest."""

    pid: int
    channel: socket.socket
    stdout: int
    stderr: int
    exited: int  # a descriptor that is readable once the process has ended

    def signal(self, number: int) -> None:
        """Send a signal to the box; nothing happens where it has ended."""
        ...

    def wait(self, seconds: float) -> Ending | None:
        """Wait for the end at most so long; None while it runs."""
        ...

    def close(self) -> None:
        """Kill what is left and give everything back."""
        ...


Start = Callable[[Limits], Process]


def ready(descriptor: int, seconds: float) -> bool:
    """Whether something can be read within so many seconds."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
