"""A box without isolation, for tier `none`: a fresh interpreter, and nothing that holds hostile code.

No site-packages (NumPy's folder is handed over by path), no user site, an environment of five variables that say
nothing, standard input empty, output through pipes, one socket as channel, a session and an empty folder of its own.
It is told to die with the thread that opened it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress

from grader.core import BoxFault, Limits
from grader.sandbox.limits import kernel_limits
from grader.sandbox.process import ENVIRONMENT, INSIDE, NUMPY_FOLDER, PYTHON, Ending, ready

GUEST = INSIDE / "guest.py"


class PlainProcess:
    """A guest as an ordinary child process: no isolation but its own interpreter, and `threads` threads of BLAS."""

    def __init__(self, limits: Limits, threads: int = 1) -> None:
        self.folder = tempfile.mkdtemp(prefix="grader-box-")
        self.ending: Ending | None = None
        table = json.dumps(kernel_limits(limits))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.channel = ours
        try:
            self._child = subprocess.Popen(
                [*PYTHON, str(GUEST), str(theirs.fileno()), str(NUMPY_FOLDER), str(os.getpid()), table],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
                env={**ENVIRONMENT, "OPENBLAS_NUM_THREADS": str(threads)},
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
        if self.ending is None and ready(self.exited, seconds):
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
