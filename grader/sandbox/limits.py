"""What a box may use, and which limit it hit: counted and named outside, never asked of the box.

Memory, stack, files and descriptors are kernel limits, which a box sets for itself before any source is sent. Time is
kept by the grader: it reads the box's CPU clock and its own wall clock. `RLIMIT_CPU` is for a grader that hangs.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from grader.core import LimitHit, Limits
from grader.sandbox.process import Ending

BACKSTOP_CPU_SECONDS = 64  # a submission has 60 s of wall time in all
PATIENCE = 3.0  # how often the wall limit a busy machine may add to it
_FRAME = re.compile(rb'File "([^"\n]{1,2000})", line (\d{1,7}) in')


def kernel_limits(limits: Limits) -> dict[str, int]:
    """What the kernel keeps, by the ends of its names (`RLIMIT_DATA`): bytes, numbers and seconds of setrlimit(2)."""
    return {
        "DATA": limits.data_bytes,
        "AS": limits.address_bytes,
        "STACK": limits.stack_bytes,
        "NOFILE": limits.open_files,
        "FSIZE": limits.file_bytes,
        "CORE": 0,
        "NPROC": 1,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "CPU": BACKSTOP_CPU_SECONDS,
    }


def cpu_clock(pid: int) -> float:
    """CPU seconds of another process so far (the kernel's per-process clock, see clock_getcpuclockid(3))."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def run_delay(pid: int) -> float:
    """Seconds that another process was ready to run and did not (the second number of its schedstat, see proc(5))."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


class Budget:
    """CPU and wall seconds of one request, from now on. One thread cannot use CPU faster than the wall clock runs,
    so the CPU clock is next looked at when the rest could be used up. `cpu_before` and `wall_before` are seconds that
    were used of a limit of more than this request; they are told with the rest."""

    def __init__(
        self,
        pid: int,
        cpu_seconds: float,
        wall_seconds: float,
        *,
        cpu_before: float = 0.0,
        wall_before: float = 0.0,
    ) -> None:
        self.pid, self.cpu_allowed, self.wall_allowed = pid, cpu_seconds, wall_seconds
        self.cpu_before, self.wall_before = cpu_before, wall_before
        self._cpu_start, self._start = cpu_clock(pid), time.monotonic()
        self._look, self._wall_end = self._start + cpu_seconds, self._start + wall_seconds

    @property
    def cpu_used(self) -> float:
        return max(0.0, cpu_clock(self.pid) - self._cpu_start)

    def timeout(self) -> float:
        """Seconds until something may be over."""
        return max(0.0, min(self._wall_end, self._look) - time.monotonic())

    def over(self) -> LimitHit | None:
        """The limit that is hit by now."""
        now = time.monotonic()
        if now >= self._look:
            used = self.cpu_used
            if used >= self.cpu_allowed:
                before = self.cpu_before
                return LimitHit("cpu_time", allowed=before + self.cpu_allowed, used=before + used)
            self._look = now + self.cpu_allowed - used
        if self._wall_is_over(now):
            before = self.wall_before
            return LimitHit("wall_time", allowed=before + self.wall_allowed, used=before + now - self._start)
        return None

    def _wall_is_over(self, now: float) -> bool:
        """What a box waited for a processor, on a machine that is busy, is not its own time; up to `PATIENCE`."""
        if now < self._wall_end:
            return False
        waited = min(run_delay(self.pid), PATIENCE * self.wall_allowed)
        self._wall_end = self._start + self.wall_allowed + waited
        return now >= self._wall_end


def verdict(ending: Ending, budget: Budget) -> LimitHit | None:
    """The limit that a box which ended by itself hit; None for a SIGKILL that nobody here sent."""
    if ending.signal is None:
        return LimitHit("exited", detail=str(ending.code))
    if ending.signal == signal.SIGSYS:
        return LimitHit("forbidden_syscall", detail="SIGSYS")
    if ending.signal == signal.SIGXCPU or (
        ending.signal == signal.SIGKILL and ending.cpu_seconds >= BACKSTOP_CPU_SECONDS
    ):
        return LimitHit("cpu_time", allowed=budget.cpu_allowed, used=ending.cpu_seconds)
    if ending.signal == signal.SIGKILL:
        return None
    return LimitHit("crashed", detail=signal_name(ending.signal))


def signal_name(number: int) -> str:
    return signal.Signals(number).name if number in signal.valid_signals() and number < 32 else f"signal {number}"


def running_line(dump: bytes | bytearray, lengths: Mapping[str, int]) -> tuple[str | None, int | None]:
    """The innermost submitted line of a traceback that the box dumped, or nothing: the dump may be forged.

    `lengths` maps submitted paths to their number of lines."""
    known = {path.encode("ascii", "backslashreplace"): path for path in lengths}
    for match in _FRAME.finditer(dump):
        path, line = known.get(match[1]), int(match[2])
        if path is not None and 1 <= line <= lengths[path]:
            return path, line
    return None, None
