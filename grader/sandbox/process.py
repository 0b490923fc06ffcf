"""The one place where the process of a box is made: whoever isolates it otherwise offers the same `Process`.

A plain process is a fresh interpreter: no site-packages (NumPy's folder is handed over by path), no user site, an
environment of five variables that say nothing, standard input empty, output through pipes, one socket as
channel, a session and an empty folder of its own. It is told to die with the thread that opened it.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from grader.core import BoxFault

GUEST = Path(__file__).with_name("inside") / "guest.py"
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


Start = Callable[[], Process]


class PlainProcess:
    """A guest as an ordinary child process: no isolation but its own interpreter."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="grader-box-")
        self.ending: Ending | None = None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.channel = ours
        try:
            self._child = subprocess.Popen(
                [*PYTHON, str(GUEST), str(theirs.fileno()), str(NUMPY_FOLDER), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                env=ENVIRONMENT,
                cwd=self.folder,
                start_new_session=True,
                umask=0o077,
            )
        except OSError as error:
            ours.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise BoxFault(f"the box could not be started: {error}") from error
        finally:
            theirs.close()
        self.pid = self._child.pid
        self.exited = os.pidfd_open(self.pid)
        self._pipes = [pipe for pipe in (self._child.stdout, self._child.stderr) if pipe]
        self.stdout, self.stderr = (pipe.fileno() for pipe in self._pipes)

    def signal(self, number: int) -> None:
        if self.ending is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number) if number == signal.SIGKILL else os.kill(self.pid, number)

    def wait(self, seconds: float) -> Ending | None:
        if self.ending is None and select.select([self.exited], [], [], seconds)[0]:
            self.signal(signal.SIGKILL)  # whatever it left in its group, while its number is still its own
            _, status, usage = os.wait4(self.pid, 0)
            code = os.waitstatus_to_exitcode(status)
            self._child.returncode = code
            self.ending = Ending(-code if code < 0 else None, max(code, 0), usage.ru_utime + usage.ru_stime)
        return self.ending

    def close(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait(10)
        os.close(self.exited)
        self.channel.close()
        for pipe in self._pipes:
            pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)
