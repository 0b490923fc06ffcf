"""A zygote whose boxes are confined otherwise: `otherwise.py HOW STEP CONTROL`. Handed to a `Keeper` as its program.

`fail` raises where a step should run, `die` ends the process there, `wait` waits there for ever.
"""

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "grader/sandbox/inside"))

import zygote  # type: ignore[import-not-found]  # as it is known inside


def fail(order: object) -> NoReturn:
    raise OSError(1, "as the test wants it")


def die(order: object) -> NoReturn:
    os._exit(1)


def wait(order: object) -> NoReturn:
    while True:
        time.sleep(60)


HOW = {"fail": fail, "die": die, "wait": wait}

if __name__ == "__main__":
    how, name = sys.argv[1:3]
    del sys.argv[1:3]
    steps = [step if step.name != name else zygote.confine.Step(name, HOW[how]) for step in zygote.confine.STEPS]
    zygote.main(steps=steps)
