"""Naming a mistake, beside the judge: processor time of a failing function, of all known mistakes and of pairs.

Each is rehearsed as if it were handed in. The first round finds the footprint of every mistake, as a process does once;
the second is what a failing function costs from then on. Right code is asked nothing: `catalogue` has its figure.
"""

import time
from collections.abc import Iterator, Sequence
from statistics import mean

import numpy as np

from bench import Row
from grader.core import Assignment
from grader.diagnosis.hypotheses import Hypothesis, composed
from grader.diagnosis.naming import named
from grader.grading import collect_rarely, registry
from grader.verify.rehearsing import Stage, chosen_pairs, failing, group_of, hideable

MEAN_MS, WORST_MS = 20.0, 150.0
PAIRS = 6  # of an assignment
ROUNDS = ("first in its process", "warm")
Subjects = list[tuple[Assignment, Hypothesis]]


def subjects() -> tuple[Subjects, Subjects]:
    """Every known mistake alone, and pairs."""
    alone: Subjects = []
    pairs: Subjects = []
    for assignment in map(registry.load, registry.slugs()):
        for number in hideable(assignment):
            alone += _made(assignment, [number])
        for chosen in chosen_pairs(assignment, PAIRS):
            pairs += _made(assignment, chosen)
    return alone, pairs


def _made(assignment: Assignment, numbers: Sequence[int]) -> Subjects:
    program = composed(assignment, [assignment.mistakes[number] for number in numbers])
    return [] if program is None else [(assignment, program)]


def spent_ms(assignment: Assignment, program: Hypothesis, seed: str) -> list[float]:
    """Processor milliseconds for each failing function, their mean where there are several; none where none fails."""
    stage = Stage(assignment, group_of(assignment, program.mistakes[0]), seed)
    functions = list(failing(stage.trial(program)))
    if not functions:
        return []
    evidence = stage.evidence(program, assignment.mistakes)
    start = time.process_time()
    named(evidence, functions)
    return [1000 * (time.process_time() - start) / len(functions)] * len(functions)


def measure() -> Iterator[Row]:
    alone, pairs = subjects()
    collect_rarely()  # as every process does that grades
    with np.errstate(all="ignore"):
        for number, how in enumerate(ROUNDS):
            taken = [ms for one in (*alone, *pairs) for ms in spent_ms(*one, f"bench-{number}")]
            middle, worst = mean(taken), max(taken)
            goal = f"<= {MEAN_MS:g} ms, worst {worst:.0f} ms of {len(taken)} (<= {WORST_MS:g} ms)"
            met = middle <= MEAN_MS and worst <= WORST_MS
            yield Row(f"naming a failing function, {how}", middle, "ms", "the goal", middle / MEAN_MS, goal, met)
