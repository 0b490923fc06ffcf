"""A grader for tests to kill: `holding.py TIER HOW` opens a box, says which processes it has, and lets the box spin.

`main` opens it in its first thread, `thread` in one that has ended by then; `fork` forks afterwards, and the child
sleeps; `closed` does so too, and then closes everything; `setup` holds a box that is not confined yet. `both` opens
one box after the other here, in a fork, and here again, and ends.
"""

import json
import os
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.core import Limits, SourceFile, Submission
from grader.sandbox.keeper import Keeper
from grader.sandbox.tiers import BoxSandbox
from tests.sandbox.processes import descendants

TEXT = "def f():\n    while True:\n        pass\n"
WORK = Submission((SourceFile("spin.py", TEXT.encode(), TEXT),))
OTHERWISE = str(Path(__file__).with_name("otherwise.py"))


def main(tier: Any, how: str) -> None:
    opened: list[Any] = []
    with ExitStack() as stack:
        if how == "setup":
            keeper = Keeper(tier, program=(OTHERWISE, "wait", "seccomp"))
            keeper.start(Limits())
            say(descendants(os.getpid()))
            time.sleep(600)
        keeper = Keeper(tier)
        if how == "both":
            use(keeper)
            if (child := os.fork()) == 0:
                use(keeper)
                os._exit(0)
            os.waitpid(child, 0)
            use(keeper)
            return

        def open_box() -> None:
            sandbox = BoxSandbox(tier, keeper.start)
            opened.append(stack.enter_context(sandbox.open(WORK, ["f"], Limits(call_wall_seconds=600))))

        thread = threading.Thread(target=open_box)
        (thread.run if how == "main" else thread.start)()
        if how != "main":
            thread.join()
        ours = descendants(os.getpid())
        if how in ("fork", "closed") and os.fork() == 0:
            time.sleep(600)
        if how == "closed":
            keeper.close()
            say(ours)
            time.sleep(600)
        say(ours)
        opened[0].call("f", cpu_seconds=600)


def use(keeper: Keeper) -> None:
    """Open a box, and say the zygote's processes."""
    keeper.start(Limits()).close()
    say([keeper.pid or 0, *descendants(keeper.pid or 0)])


def say(pids: list[int]) -> None:
    print(json.dumps(pids), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
