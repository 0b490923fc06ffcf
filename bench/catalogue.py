"""The whole catalogue, right code, warm: processor time of the trusted side; and a class of four-module submissions.

The first is the sum over all assignments of grading their own solutions, beside drawing all cases and computing all
references without any student: the floor. The second is `grader grade --each` as an instructor would type it, start
and JSON included, against the rate that the same checks have in a loop without any isolation.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import Row
from bench.grading import grade_once, reference_ms
from grader import intake
from grader.core import Assignment, Submission
from grader.grading import collect_rarely, registry
from grader.sandbox import open_sandbox

ROUNDS = 7
GOAL_MS = 200.0
BUNDLE = "svm+softmax+layers+two-layer-net"
CLASS = 100
GOAL_RATE = 25.0  # submissions a second on two cores; an unisolated loop over such checks has 26 to 36


def written(assignment: Assignment, folder: Path, remark: str = "") -> Path:
    """The solution as files below `folder`."""
    folder.mkdir(parents=True)
    for unit in assignment.units or (assignment,):
        for name, text in unit.solution.items():
            (folder / name).write_text(f"{text}{remark}\n", encoding="utf-8")
    return folder


def solutions(folder: Path) -> list[tuple[Assignment, Submission]]:
    """Every assignment with its solution, as a student would hand it in."""
    pairs = []
    for slug in registry.slugs():
        assignment = registry.load(slug)
        names = [function.name for function in assignment.functions]
        pairs.append((assignment, intake.read([written(assignment, folder / slug)], names)))
    return pairs


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        yield catalogue(Path(name))
        yield class_of_students(Path(name))


def catalogue(folder: Path) -> Row:
    sandbox, pairs = open_sandbox(), solutions(folder)
    collect_rarely()  # as every process does that grades
    rounds = [
        [grade_once(assignment, submission, sandbox, turn)[0] for assignment, submission in pairs]
        for turn in range(ROUNDS + 1)
    ]
    cpu = sum(median(column) for column in zip(*rounds[1:], strict=True))
    floor = sum(reference_ms(assignment) for assignment, _ in pairs)
    count = sum(len(assignment.functions) for assignment, _ in pairs)
    what, goal = f"all {count} functions, right, warm: trusted side", f"<= {GOAL_MS:g} ms"
    return Row(what, cpu, "ms", "cases and references alone", cpu / floor, goal, cpu <= GOAL_MS)


def class_of_students(folder: Path) -> Row:
    bundle = registry.load(BUNDLE)
    paths = [written(bundle, folder / f"student-{number}", f"# {number}") for number in range(CLASS)]
    result = folder / "reports.jsonl"
    command = [sys.executable, "-m", "grader.cli", "grade", BUNDLE, "--each", *map(str, paths), "--json", str(result)]
    start = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    rate = CLASS / (time.perf_counter() - start)
    reports = [json.loads(line) for line in result.read_text(encoding="utf-8").splitlines()]
    if done.returncode or {report["score"] == report["max_score"] for report in reports} != {True}:
        raise ValueError(f"the samples are right, and the command said: {done.stderr[-500:]}")
    goal = f">= {GOAL_RATE:g}/s on 2 cores, {sum(report['seconds'] for report in reports) / CLASS:.3f} s each"
    return Row(f"{CLASS} four-module submissions", rate, "1/s", "the goal", rate / GOAL_RATE, goal, rate >= GOAL_RATE)
