"""`vectorised`: does the work of a function grow in Python, or in NumPy?

The events (lines of the student's files, Python-level calls) of one call are counted for 64 and 256 samples; a slope
of log(events) over log(samples) above 0.5 means a loop over the samples. A loop over the classes has slope 0 and is
allowed. The count comes from inside the box and cannot see loops in C (`map`, `np.fromiter`), so the text of the
submission is read as well: such calls, and a call of the version with loops, count as loops.
"""

import ast
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction

import numpy as np

from grader.checks.base import once_base_is_right
from grader.checks.points import Shares, carried
from grader.checks.source import statements, tree_of
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Events, Finding, Message, Submission, Value

FEW, MANY = 64, 256
LOOPS = 0.5  # slope above which the steps grow with the samples
HIDDEN_LOOPS = frozenset({"map", "vectorize", "fromiter", "apply_along_axis", "apply_over_axes", "frompyfunc"})

Sized = Callable[[np.random.RandomState, int], Sequence[Value]]


def vectorised(shares: Shares, sized: Sized, *, naive: Collection[str] = ()) -> Check:
    """Carries the vectorisation points. `sized(rng, n)` draws the arguments for n samples; `naive` names the versions
    with loops, which a vectorised one must not call."""

    def ask(trial: Trial, function: str) -> Finding:
        called = calls_inside(trial.submission, function)
        if hidden := sorted(called & HIDDEN_LOOPS):
            return Finding(CheckStatus.FAILED, Message("checks.vectorised.hidden-loop", {"call": hidden[0]}))
        if delegated := sorted(called & set(naive)):
            return Finding(CheckStatus.FAILED, Message("checks.vectorised.calls-naive", {"call": delegated[0]}))
        return _counted(trial, function, sized)

    return Check("vectorised", carried(shares, "vectorised"), once_base_is_right(ask))


def _counted(trial: Trial, function: str, sized: Sized) -> Finding:
    rng = trial.rng("vectorised")
    few, many = (trial.program.trace(function, *sized(rng, n)) for n in (FEW, MANY))
    found = slope(few, many)
    about = {"slope": found, "few": FEW, "many": MANY, "events_few": few.lines, "events_many": many.lines}
    if found > LOOPS:
        return Finding(CheckStatus.FAILED, Message("checks.vectorised.loops", about), error=found, tolerance=LOOPS)
    return Finding(CheckStatus.PASSED, Message("checks.vectorised.right", about), Fraction(1), found, LOOPS)


def slope(few: Events, many: Events) -> float:
    """How the steps grow with the samples: 0 not at all, 1 in proportion. The larger of lines and calls."""
    if many.exhausted:
        return 1.0
    growth = math.log(MANY / FEW)
    pairs = ((few.lines, many.lines), (few.calls, many.calls))
    return max(math.log(max(b, 1) / max(a, 1)) / growth for a, b in pairs)


def calls_inside(submission: Submission, function: str) -> set[str]:
    """The names that `function` calls, itself or through functions of the same submission."""
    bodies = _bodies(submission)
    called: set[str] = set()
    waiting = [function.rpartition(".")[2]]
    while waiting:
        fresh = {name for body in bodies.get(waiting.pop(), ()) for name in _called(body)} - called
        called |= fresh
        waiting.extend(fresh & bodies.keys())
    return called


def _bodies(submission: Submission) -> dict[str, list[ast.AST]]:
    """Every function, method and named lambda of the files that parse."""
    bodies: dict[str, list[ast.AST]] = {}
    for file in submission.files:
        top = list(statements(tree_of(file.text).body))
        members = [member for node in top if isinstance(node, ast.ClassDef) for member in statements(node.body)]
        for node in (*top, *members):
            if isinstance(node, ast.FunctionDef):
                bodies.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                bodies.setdefault(node.targets[0].id, []).append(node.value)
    return bodies


def _called(body: ast.AST) -> Iterator[str]:
    for node in ast.walk(body):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
