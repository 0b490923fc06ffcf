"""What it costs to find the smallest examples of known mistakes: every mistake of a few units, in real boxes.

Processor time of the trusted side, and the time on the clock with the box, of one group on trial: its cases played with
public numbers, then made smaller until nothing is left to take away.
"""

import time
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from statistics import mean

from bench import Row
from grader.checks.watch import Watch
from grader.core import (
    Assignment,
    Definition,
    FunctionResult,
    FunctionStatus,
    Group,
    Limits,
    Mistake,
    Sandbox,
    SourceFile,
    Submission,
)
from grader.diagnosis.edits import definitions, edited
from grader.grading import registry
from grader.grading.examples import Shown
from grader.sandbox import open_sandbox

UNITS = {"svm": 1, "conv": 4, "normalization": 8, "fully-connected-net": 16}  # every how many-th mistake
GOAL_MS = 100.0


def spent(assignment: Assignment, group: Group, mistake: Mistake, sandbox: Sandbox) -> tuple[float, float, bool]:
    """(processor, clock) milliseconds for the example of one mistake, and whether there is one."""
    texts = edited(assignment.solution, mistake)
    files = tuple(SourceFile(path, text.encode(), text) for path, text in texts.items())
    defined = [Definition(name, path, 1) for path, text in texts.items() for name, _ in definitions(path, text)]
    names = [function.name for function in group.functions]
    result = FunctionResult(mistake.function, FunctionStatus.FAILED, Fraction(0), Fraction(1), assignment.slug)
    opened = partial(
        sandbox.open, Submission(files, tuple(defined)), {name.partition(".")[0] for name in names}, Limits()
    )
    with opened() as program:
        cpu, clock = time.process_time(), time.perf_counter()
        example = Shown(group, Watch(program, names), opened).example(result)
        return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - clock), example is not None


def measure() -> Iterator[Row]:
    sandbox = open_sandbox()
    for slug, every in UNITS.items():
        assignment = registry.load(slug)
        groups = {function.name: group for group in assignment.groups for function in group.functions}
        mistakes = [one for one in assignment.mistakes if one.function in groups][::every]
        taken = [spent(assignment, groups[one.function], one, sandbox) for one in mistakes]
        cpu = [one for one, _, _ in taken]
        clock, shown = mean(one for _, one, _ in taken), sum(found for _, _, found in taken)
        yield Row(
            f"{slug}, smallest example: CPU on the trusted side",
            mean(cpu),
            "ms",
            f"the worst of {len(taken)}, {shown} of them shown",
            mean(cpu) / max(cpu),
            f"<= {GOAL_MS:g} ms, {clock:.0f} ms wall with the box",
            mean(cpu) <= GOAL_MS,
        )
