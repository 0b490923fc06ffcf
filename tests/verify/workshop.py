"""An assignment of the tests' own, two functions small, right as it stands; every part of it can be made wrong.

`double(x)` and `triple(x)`, of which the solution's second calls the first. Another convention of `double` adds one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.core import Assignment
from grader.grading import registry
from grader.sandbox import open_sandbox
from grader.verify import plan, totals
from grader.verify.subjects import Order
from grader.verify.totals import Verified
from grader.verify.trying import tried

REFERENCE = """
import os
from fractions import Fraction

import numpy as np

from grader.checks import calls, contract, deterministic, robustness, split, value
from grader.core import Assignment, Case, Function, Group, Output


def doubled(inputs):
    return {"y": 2 * inputs["x"]}


def doubled_and_one(inputs):
    return {"y": 2 * inputs["x"] + 1}


def tripled(inputs):
    return {"y": 3 * inputs["x"]}


def numbers(*shape):
    return lambda rng: {"x": 0.1 + rng.random_sample(shape)}


CASES = (
    Case("base", numbers(5)),
    Case("table", numbers(3, 4)),
    Case("empty row", numbers(1, 1), "robustness"),
)


def group(name, reference, **further):
    shares = {name: split(4, gradient=False, loss=False)}
    return Group(
        name,
        functions=(Function(name, "(x) -> y", Fraction(4)),),
        outputs=(Output("y", name, "value"),),
        cases=CASES,
        play=calls(name, ("x",), ("y",)),
        reference=reference,
        checks=(contract(shares), value(shares), robustness(shares), deterministic(shares)),
        **further,
    )


OTHER = group("double", doubled_and_one, ways={"offset": "offset-one"})
DOUBLE = group("double", doubled, ways={"offset": "(offset-zero)"}, otherwise=(OTHER,))
TRIPLE = group("triple", tripled)
"""

SOLUTION = """\
def double(x):
    return 2 * x


def triple(x):
    return double(x) + x
"""

STARTER = """\
def double(x):
    y = None
    return y


def triple(x):
    y = None
    return y
"""

MISTAKES = """
    Mistake("halved", "double", (("2 * x", "x / 2"),), spoils=("triple",)),
    Mistake("offset-one", "double", (("2 * x", "2 * x + 1"),), spoils=("triple",)),
    Mistake("four-times", "triple", (("double(x) + x", "2 * double(x)"),)),
"""

RIGHT = """\
# expect: double=passed triple=passed
def double(x):
    return x + x


def triple(x):
    return 3 * x
"""

WRONG = RIGHT.replace("double=passed", "double=failed").replace("x + x", "x")


@dataclass(frozen=True)
class Workshop:
    """What an author writes, below one folder: the assignment's file, its mistakes and its samples."""

    folder: Path
    reference: str = REFERENCE
    solution: str = SOLUTION
    starter: str = STARTER
    mistakes: str = MISTAKES
    samples: Mapping[str, str] = field(default_factory=lambda: {"right_sum.py": RIGHT, "wrong_once.py": WRONG})

    def but(self, **parts: object) -> Workshop:
        return replace(self, **parts)  # type: ignore[arg-type]

    def written(self) -> Path:
        """The folder, as GRADER_ASSIGNMENTS takes it."""
        given = {"solution": self.solution, "starter": self.starter}
        files = {name: {"twice.py": text} if text else {} for name, text in given.items()}
        end = f"ASSIGNMENT = Assignment('twice', (DOUBLE, TRIPLE), files=('twice.py',), **{files!r})\n"
        self._write("twice.py", self.reference + end)
        if self.mistakes:
            head = "from grader.core import Mistake\n\nMISTAKES = ("
            self._write("mistakes/twice.py", f"{head}{self.mistakes})\n")
        for name, text in self.samples.items():
            self._write(f"submissions/twice/{name}", text)
        return self.folder

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @property
    def assignment(self) -> Assignment:
        return registry.load("twice", [self.written()])

    @property
    def places(self) -> tuple[Path, ...]:
        return (self.folder / "submissions" / "twice",)

    def outcomes(self, seeds: int = 1) -> Verified:
        """Everything tried in this process."""
        assignment, box = self.assignment, open_sandbox()
        unit = totals.unit_of(assignment, [self.folder / "submissions"])
        orders: list[Order] = [*plan.orders(assignment, unit.samples, seeds)]
        outcomes = [tried(order, assignment, unit.samples, box) for order in orders]
        return totals.verified([unit], seeds, outcomes, 0.0)
