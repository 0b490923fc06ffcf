"""How many gradings run well at a time on this machine: one a processor that this process may use."""

from __future__ import annotations

import os
from pathlib import Path

MOST_SLOTS = 64  # boxes that one process opens at a time: each has a user of its own out of so many
CGROUPS = Path("/sys/fs/cgroup")


def default_slots() -> int:
    """Gradings at a time where nobody says how many."""
    return min(usable_cores(), MOST_SLOTS)


def usable_cores() -> int:
    """Processors that this process may use: its affinity, and what a container or a service may take of them."""
    return max(1, int(min(len(os.sched_getaffinity(0)), quota(Path("/proc/self/cgroup").read_text("ascii")))))


def quota(membership: str, root: Path = CGROUPS) -> float:
    """Processors that the cgroups of a process leave it: the smallest `cpu.max` on the way up from its own (cgroups(7),
    version 2). `membership` is the text of /proc/PID/cgroup. Infinite where none limits it."""
    own = next((line[4:] for line in membership.splitlines() if line.startswith("0::/")), "")
    folder = root / own
    limits = [one / "cpu.max" for one in (folder, *folder.parents) if one.is_relative_to(root)]
    return min((_allowed(file.read_text("ascii")) for file in limits if file.is_file()), default=float("inf"))


def _allowed(limit: str) -> float:
    """`200000 100000` is two processors' worth in each period; `max 100000` is no limit."""
    most, period = limit.split()
    return float("inf") if most == "max" else int(most) / int(period)
