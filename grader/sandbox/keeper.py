"""Makes boxes by one zygote at a time, and starts another one when it is worn out or gone.

A zygote is asked for `MOST_BOXES` boxes and then left to those that still run: what it may have lost in memory or
descriptors goes with it, and so does the layout of its address space, which all its boxes share.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from typing import Literal

from grader.core import BoxFault, Limits
from grader.sandbox.process import INSIDE
from grader.sandbox.users import TURNS, unused_users
from grader.sandbox.zygote import FORK_SECONDS, Jailed, Zygote, ZygoteLost

ZYGOTE = str(INSIDE / "zygote.py")
MOST_BOXES = 1000  # of one zygote


class Keeper:
    """Makes the boxes of one tier, by one zygote at a time. `program` is the zygote's, and arguments before its own;
    it makes `most` boxes, and each within `fork_seconds`."""

    def __init__(
        self,
        tier: Literal["ns", "landlock"],
        program: Sequence[str] = (ZYGOTE,),
        most: int = MOST_BOXES,
        fork_seconds: float = FORK_SECONDS,
    ) -> None:
        self.tier, self.program, self.most, self.fork_seconds = tier, tuple(program), most, fork_seconds
        self._zygote: Zygote | None = None
        self._made = 0  # zygotes
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process number of the present zygote."""
        return self._zygote.pid if self._zygote else None

    @property
    def landlock(self) -> int | None:
        """The ABI of Landlock that the present zygote found."""
        return self._zygote.landlock if self._zygote else None

    def start(self, limits: Limits) -> Jailed:
        """A new box. Raises BoxFault where no zygote can be started, or where it could not make one."""
        try:
            with contextlib.suppress(ZygoteLost):  # it was there a moment ago: another one is worth a try
                return self._present().start(limits)
            return self._present().start(limits)
        except (OSError, RuntimeError) as error:  # no descriptors are left, no memory, or no threads
            raise BoxFault(f"a box could not be started: {error}") from error

    def close(self) -> None:
        """End the zygote, and every box of it."""
        with self._lock:
            if self._zygote:
                self._zygote.close()
            self._zygote = None

    def _present(self) -> Zygote:
        """The zygote to ask, with one box of its count taken. One of a process that this one was forked from is not
        ours to ask."""
        with self._lock:
            zygote = self._zygote
            if zygote is None or zygote.lost or zygote.asked >= self.most or zygote.owner != os.getpid():
                if zygote is not None:
                    zygote.retire()
                users = unused_users(self._made % TURNS + (TURNS if self.tier == "landlock" else 0))
                self._made += 1
                zygote = self._zygote = Zygote(self.tier, self.program, self.fork_seconds, users)
            zygote.asked += 1
            return zygote
