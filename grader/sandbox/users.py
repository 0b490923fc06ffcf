"""Host users for boxes: each has one that nobody else has, where whoever grades may give it one."""

from __future__ import annotations

import os
from pathlib import Path

# One for the zygote, one for each box that runs at a time. The ranges lie where systemd's table of users says unused;
# where a container has fewer users, the highest that it has.
SLOTS = 64
FIRST_USER, RANGES = 1_900_000_000, 1000
TURNS = 4  # ranges of one tier and process: the boxes of a zygote that was left may still run beside the next one's
NOBODY = 65534


def unused_users(turn: int = 0) -> int:
    """The first of `SLOTS` + 1 users that nobody has, of those that this user namespace knows; on a whole host other
    ones for every process, and everywhere other ones for each `turn`, below 2 * `TURNS`. 0 where there is no room."""
    ranges = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    wanted = FIRST_USER + (os.getpid() % RANGES * 2 * TURNS + turn) * (SLOTS + 1)
    if any(first <= wanted and wanted + SLOTS < first + count for first, _, count in ranges):
        return wanted
    last = max(first + count for first, _, count in ranges)
    return max(0, min(last, NOBODY) - (turn + 1) * (SLOTS + 1))
