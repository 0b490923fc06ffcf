"""A zygote whose boxes lack steps of their confinement: `loose.py --without STEP --planted TEXT NUMPY CONTROL`.

Handed to a `Keeper` as its program, so that an attack can be shown to succeed where nothing stops it. `--without` may
stand several times. Without `descriptors` a box has its four all the same, and those of the zygote beside them; without
`landlock` the zygote does not restrict itself either. With `--planted` the zygote has loaded what it should not: that
text, and a module of the service.
"""

import argparse
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "grader/sandbox/inside"))

import zygote  # type: ignore[import-not-found]  # as it is known inside


def lend(order: Any) -> None:
    channel, out, err = order.descriptors
    empty, other_end = os.pipe()
    os.close(other_end)
    for number, given in enumerate([os.dup(given) for given in (empty, out, err, channel)]):
        os.dup2(given, number)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", action="append", default=[], choices=[step.name for step in zygote.confine.STEPS])
    parser.add_argument("--planted")
    asked, _ = parser.parse_known_args()
    steps = [step for step in zygote.confine.STEPS if step.name not in asked.without]
    if "descriptors" in asked.without:
        steps.insert(0, zygote.confine.Step("descriptors", lend))
    if "landlock" in asked.without:
        zygote.Zygote.mask_packages = lambda self: None
    if asked.planted:
        zygote.database = sys.modules["sqlalchemy"] = ModuleType("sqlalchemy")
        zygote.password = asked.planted
    zygote.main(steps=steps)
