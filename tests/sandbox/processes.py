"""What tests look at from outside: which processes run, and what the kernel says of one (proc(5)).

Only files that everybody may read are used, so that the same tests run as an ordinary user.
"""

from __future__ import annotations

import time
from pathlib import Path

PROC = Path("/proc")


def _stat(pid: int) -> list[str]:
    """State, parent and so on; nothing where it has gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return _stat(pid)[:1] not in ([], ["Z"])


def gone(*pids: int, seconds: float = 1.0) -> bool:
    """Whether processes end within so long; on a busy machine, which oversleeps, it is longer."""
    for _ in range(int(seconds * 100)):
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.01)
    return not any(alive(pid) for pid in pids)


def idle(pid: int, seconds: float = 1.0) -> bool:
    """Whether a process comes to sleep within so long: it has done what it had to do."""
    for _ in range(int(seconds * 100)):
        if _stat(pid)[:1] == ["S"]:
            return True
        time.sleep(0.01)
    return False


def children(pid: int) -> list[int]:
    """The living children of a process."""
    everyone = [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]
    return [other for other in everyone if _stat(other)[1:2] == [str(pid)] and alive(other)]


def descendants(pid: int) -> list[int]:
    """The living descendants of a process."""
    found = children(pid)
    return found + [below for child in found for below in descendants(child)]


def group_of(pid: int) -> int:
    return int(_stat(pid)[2])


def session_of(pid: int) -> int:
    return int(_stat(pid)[3])


def status(pid: int) -> dict[str, str]:
    """The lines of `/proc/PID/status`."""
    lines = (PROC / str(pid) / "status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def own_memory(pid: int) -> int:
    """Bytes of anonymous memory that a process holds."""
    return int(status(pid)["RssAnon"].removesuffix(" kB")) << 10


def descriptors(pid: int) -> int:
    """How many descriptors a process has, or has room for where that is not said: it grows with any leak."""
    try:
        return len(list((PROC / str(pid) / "fd").iterdir()))
    except PermissionError:
        return int(status(pid)["FDSize"])


def mounts(pid: int) -> int:
    return (PROC / str(pid) / "mountinfo").read_text().count("\n")
