"""Grading one right `svm` submission, warm: processor time of the trusted side, beside the same calls without a box."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Row
from grader import intake
from grader.core import Assignment, Sandbox, State, Submission
from grader.grading import grade, registry, seeds
from grader.sandbox import open_sandbox

ROUNDS = 20
GOAL_MS = 20.0
SAMPLE = Path("submissions/svm/right_einsum.py")


def grade_once(assignment: Assignment, submission: Submission, sandbox: Sandbox, turn: int) -> tuple[float, float]:
    """(processor, wall) milliseconds of one grading on this side; the box's own are not in the first."""
    cpu, wall = time.process_time(), time.perf_counter()
    report = grade(assignment, submission, seeds.from_text(str(turn)), sandbox)
    spent = 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)
    if report.state is not State.GRADED or report.score != report.max_score:
        raise ValueError(f"the sample is right, and got {report.score} of {report.max_score} ({report.state})")
    return spent


def reference_ms(assignment: Assignment) -> float:
    """Processor milliseconds of drawing every case and computing every reference, without any student: the floor."""
    cpu = time.process_time()
    for turn in range(ROUNDS):
        for group in assignment.groups:
            stream = seeds.stream(seeds.from_text(str(turn)), group.name)
            for case in group.cases:
                group.reference(case.draw(stream))
    return 1000 * (time.process_time() - cpu) / ROUNDS


def measure() -> Iterator[Row]:
    assignment = registry.load("svm")
    submission = intake.read([SAMPLE], [function.name for function in assignment.functions])
    sandbox = open_sandbox()
    grade_once(assignment, submission, sandbox, 0)
    taken = [grade_once(assignment, submission, sandbox, turn) for turn in range(1, ROUNDS + 1)]
    cpu, wall = (median(column) for column in zip(*taken, strict=True))
    floor = reference_ms(assignment)
    goal = f"<= {GOAL_MS:g} ms, {wall:.0f} ms wall with the box"
    yield Row(
        "svm, right, warm: CPU on the trusted side",
        cpu,
        "ms",
        "cases and references alone",
        cpu / floor,
        goal,
        cpu <= GOAL_MS,
    )
