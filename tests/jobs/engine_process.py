"""A worker process of the engine alone, for tests: `engine_process.py URL NOTES EXECUTOR SLOTS`.

It writes a line to NOTES for what it does: `ready`, `start KIND N`, `end KIND N`. Kind `note` is quick, `slow` takes
long, `held` ends once NOTES says `release`, `poison` kills the process, `fault` raises. SIGTERM drains for a second
and names the jobs left.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from grader.course.database import make_engine
from grader.jobs.engine import DbosEngine

SLOW_SECONDS = 1.5
MOST_STARTS = 2


def main(url: str, notes: str, executor: str, slots: str) -> None:
    def note(text: str) -> None:
        with Path(notes).open("a") as file:
            file.write(f"{executor} {text}\n")

    def handler(kind: str):  # type: ignore[no-untyped-def]
        def handle(number: int) -> None:
            note(f"start {kind} {number}")
            if kind == "slow":
                time.sleep(SLOW_SECONDS)
            while kind == "held" and "release\n" not in Path(notes).read_text():
                time.sleep(0.05)
            if kind == "poison":
                os.kill(os.getpid(), signal.SIGKILL)
            if kind == "fault":
                raise RuntimeError("as asked")
            note(f"end {kind} {number}")

        return handle

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    handlers = {kind: handler(kind) for kind in ("note", "slow", "held", "poison", "fault")}
    database = make_engine(url, for_dbos=True)
    with DbosEngine(database, handlers, executor=executor, slots=int(slots), most_starts=MOST_STARTS) as engine:
        note("ready")
        for left in engine.run(stop, drain_seconds=1.0):
            note(f"left {left}")
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
