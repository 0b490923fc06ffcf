"""What this machine, or the container or service that this process is in, has for gradings: processors and memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

MOST_SLOTS = 64  # boxes that one process opens at a time: each has a user of its own out of so many
CGROUPS = Path("/sys/fs/cgroup")


def default_slots() -> int:
    """Gradings at a time where nobody says how many: one a processor."""
    return min(usable_cores(), MOST_SLOTS)


def usable_cores() -> int:
    """Processors that this process may use: its affinity, and what its control groups leave it of them."""
    return max(1, int(min(len(os.sched_getaffinity(0)), quota(_membership()))))


def usable_memory() -> float:
    """Bytes that this process and what it starts may use."""
    return min(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), allowance(_membership()))


def quota(membership: str, root: Path = CGROUPS) -> float:
    """Processors that the control groups of a process leave it, given the text of /proc/PID/cgroup; infinite where
    none limits it. `200000 100000` is two processors' worth of each period."""

    def read(limit: str) -> float:
        most, period = limit.split()
        return float(most) / int(period)

    return min(_limits(membership, root, "cpu.max", read), default=float("inf"))


def allowance(membership: str, root: Path = CGROUPS) -> float:
    """The same of bytes of memory."""
    return min(_limits(membership, root, "memory.max", float), default=float("inf"))


def _limits(membership: str, root: Path, name: str, read: Callable[[str], float]) -> Iterator[float]:
    """The limits of a process's control group and of all above it: cgroups(7), version 2."""
    own = next((line[4:] for line in membership.splitlines() if line.startswith("0::/")), "")
    for folder in (root / own, *(root / own).parents):
        file = folder / name
        if folder.is_relative_to(root) and file.is_file():
            yield read(file.read_text("ascii").strip().replace("max", "inf"))


def _membership() -> str:
    return Path("/proc/self/cgroup").read_text("ascii")
