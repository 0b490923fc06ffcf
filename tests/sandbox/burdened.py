"""A grader that was started under a burden: `burdened.py TIER BURDEN` has a program that spins, and says which limit
ended it, in which line, and whether the box is gone.

`deaf` ignores the end of children, `masked` blocks signals, `powerless` is root without the right to kill others.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.core import LimitHit, Limits, SourceFile, Submission
from grader.sandbox.inside import kernel
from grader.sandbox.keeper import Keeper
from grader.sandbox.tiers import BoxSandbox
from tests.sandbox.processes import gone

TEXT = "def f():\n    while True:\n        pass\n"
WORK = Submission((SourceFile("spin.py", TEXT.encode(), TEXT),))


def lose_kill() -> None:
    """For this process and whatever it starts: what root has after an exec comes from its bound."""
    if os.environ.get("LOST"):
        return
    kernel.prctl(kernel.PR_CAPBSET_DROP, kernel.CAP_KILL)
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "LOST": "1"})  # noqa: S606


BURDENS: dict[str, Callable[[], object]] = {
    "deaf": lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
    "masked": lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGCHLD, signal.SIGALRM}),
    "powerless": lose_kill,
}


def main(tier: Any, burden: str) -> None:
    BURDENS[burden]()
    with closing(Keeper(tier)) as keeper:
        try:
            with BoxSandbox(tier, keeper.start).open(WORK, ["f"], Limits()) as program:
                box: Any = program
                program.call("f", cpu_seconds=0.2)
        except LimitHit as hit:
            print(json.dumps([hit.kind, hit.line, gone(box.process.pid)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
