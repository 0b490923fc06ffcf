"""`vectorised`: does the work of a function grow in Python, or in NumPy?

The steps (lines and Python-level calls) of one call are counted for some samples, whose number is drawn, and for four
times as many; a slope of log(steps) over log(samples) above 0.5 means a loop over the samples, and so does a step for
every further sample, however many there are besides. A loop over the classes has slope 0 and is allowed. Both answers
must be as right as those of the base case. The count comes from inside the box and cannot see loops in C (`map`,
`np.fromiter`), so the text of the submission is read as well: such calls, and a call of the version with loops, count
as loops.

Whoever forges the count meets the clock: what passes so far is called with 512 samples. The answers must be as right
as those of the base case, and the CPU seconds, taken outside on the box's own clock, at most 20 times those of the
reference. Measured: vectorised code takes 2 to 9 times as long (much of it is the call; code that gathers N x N numbers
is among it, and would not be with more samples), loops over the samples 40 to 120. The least of three batches counts.
"""

import ast
import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from functools import partial

import numpy as np

from grader.checks.base import once_base_is_right
from grader.checks.closeness import compare
from grader.checks.playing import by_name
from grader.checks.points import Shares, carried
from grader.checks.source import statements, tree_of
from grader.checks.trial import Trial
from grader.core import (
    Case,
    Check,
    CheckStatus,
    Events,
    Finding,
    Inputs,
    Message,
    Outputs,
    Param,
    Program,
    Raised,
    Returned,
    Submission,
    Value,
)

FEW = range(48, 81)  # samples of the first call that is counted
TIMES = 4  # as many has the second
LOOPS = 0.5  # slope above which the steps grow with the samples
NUMPY = ("np", "numpy")
HIDDEN_LOOPS = frozenset({"map", "vectorize", "fromiter", "apply_along_axis", "apply_over_axes", "frompyfunc"})

CLOCKED = 512  # samples of a call that is timed
SLOW = 20.0  # times the CPU seconds of the reference, from which they are those of a loop
CALLS, TRIES = 4, 3  # timed calls in one batch, and batches: the fastest counts

Sized = Callable[[np.random.RandomState, int], Inputs]
Ready = Callable[[Program, Inputs], Inputs]
Back = Callable[[Outputs], Outputs]


def as_drawn(program: Program, inputs: Inputs) -> Inputs:
    """A function needs nothing in the box but its arguments."""
    return inputs


def vectorised(
    shares: Shares,
    sized: Sized,
    arguments: Sequence[str],
    *,
    naive: Collection[str] = (),
    ready: Ready = as_drawn,
    back: Back = dict,
) -> Check:
    """Carries the vectorisation points. `sized(rng, n)` draws the inputs for n samples, `arguments` are their names in
    the order of the call; `naive` names the versions with loops, which a vectorised one must not call. `ready` adds to
    the inputs what has to be made in the box before the call (the object whose method it is), or turns them as another
    layout has them; `back` makes of the outputs what the reference calls so."""

    def ask(trial: Trial, function: str) -> Finding:
        called = calls_inside(trial.submission, function)
        if hidden := sorted(called & HIDDEN_LOOPS):
            return Finding(CheckStatus.FAILED, Message("checks.vectorised.hidden-loop", {"call": hidden[0]}))
        if delegated := sorted(called & set(naive)):
            return Finding(CheckStatus.FAILED, Message("checks.vectorised.calls-naive", {"call": delegated[0]}))
        rng = trial.rng("vectorised")
        samples = int(rng.choice(FEW))
        batch = [(n, sized(rng, n)) for n in (samples, TIMES * samples)]
        given = partial(_given, trial.program, arguments, ready)
        told = partial(_told, [output.name for output in trial.outputs(function)], back)
        events = [trial.program.trace(function, *given(inputs)) for _, inputs in batch]
        counted = _counted(samples, *events)
        if counted.status is CheckStatus.FAILED:
            return counted
        for (n, inputs), traced in zip(batch, events, strict=True):
            if wrong := _wrong(trial, function, n, inputs, told(traced.value)):
                return wrong
        return _clocked(trial, function, lambda: sized(rng, CLOCKED), given, told) or counted

    return Check("vectorised", carried(shares, "vectorised"), once_base_is_right(ask))


def _counted(samples: int, few: Events, many: Events) -> Finding:
    """What the count says."""
    for n, events in ((samples, few), (TIMES * samples, many)):
        if events.exhausted:
            ended = Message("checks.vectorised.ended", {"samples": n, "events": steps(events)})
            return Finding(CheckStatus.FAILED, ended)
    found = slope(samples, steps(few), steps(many))
    about: dict[str, Param] = {
        "slope": found,
        "few": samples,
        "many": TIMES * samples,
        "events_few": steps(few),
        "events_many": steps(many),
    }
    if found > LOOPS:
        return Finding(CheckStatus.FAILED, Message("checks.vectorised.loops", about), error=found, tolerance=LOOPS)
    return Finding(CheckStatus.PASSED, Message("checks.vectorised.right", about), Fraction(1), found, LOOPS)


def _given(program: Program, arguments: Sequence[str], ready: Ready, inputs: Inputs) -> tuple[Value, ...]:
    """The arguments of a call."""
    there = ready(program, inputs)
    return tuple(there[name] for name in arguments)


def _told(names: Sequence[str], back: Back, value: Value) -> Outputs:
    """What was returned, by name, as the reference has it."""
    return back({**dict.fromkeys(names), **by_name(value, names)})


def _clocked(
    trial: Trial,
    function: str,
    draw: Callable[[], Inputs],
    given: Callable[[Inputs], tuple[Value, ...]],
    told: Callable[[Value], Outputs],
) -> Finding | None:
    """What the clock says against the count, if anything: wrong answers, or the time of a loop. Each batch is drawn
    anew, so that no answer can be kept for the next."""
    times = float("inf")
    for _ in range(TRIES):
        batch = [draw() for _ in range(CALLS)]
        answers = trial.program.map(function, [given(inputs) for inputs in batch])
        for inputs, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Raised):
                raise answer
            if wrong := _wrong(trial, function, CLOCKED, inputs, told(answer.value)):
                return wrong
        used = sum(answer.cpu_seconds for answer in answers if isinstance(answer, Returned))
        times = min(times, used / _reference_seconds(trial, batch))
        if times <= SLOW:
            return None
    about = {"many": CLOCKED, "times": times, "allowed": SLOW}
    return Finding(CheckStatus.FAILED, Message("checks.vectorised.slow", about), error=times, tolerance=SLOW)


def _reference_seconds(trial: Trial, batch: Sequence[Inputs]) -> float:
    """CPU seconds of the reference for as many calls as the batch has, by the fastest of them."""
    fastest = float("inf")
    for inputs in batch:
        started = time.thread_time()
        trial.group.reference(inputs)
        fastest = min(fastest, time.thread_time() - started)
    return len(batch) * fastest


def _wrong(trial: Trial, function: str, samples: int, inputs: Inputs, actual: Outputs) -> Finding | None:
    """What is wrong with an answer where that of the base case is right: it was not that work that was measured."""
    case, expected = Case(f"N={samples}", lambda rng: inputs), trial.group.reference(inputs)
    for output in trial.outputs(function):
        if trial.verdict(trial.base, output).right:
            verdict = compare(case, output, actual, expected)
            if not verdict.right and verdict.message:
                return Finding(CheckStatus.FAILED, verdict.message, worst=verdict.worst)
    return None


def steps(events: Events) -> int:
    return events.lines + events.calls


def slope(samples: int, few: int, many: int) -> float:
    """How the steps grow from `samples` to `TIMES` as many: 0 not at all, 1 in proportion, or by one a sample."""
    if many - few >= (TIMES - 1) * samples:
        return 1.0
    return (math.log(max(many, 1)) - math.log(max(few, 1))) / math.log(TIMES)


def calls_inside(submission: Submission, function: str) -> set[str]:
    """The names that `function` calls, itself or through functions of the same submission."""
    bodies = _bodies(submission)
    called, followed = set[str](), {function.rpartition(".")[2]}
    waiting = list(followed)
    while waiting:
        inside = [name for body in bodies.get(waiting.pop(), ()) for name in _called(body)]
        called.update(name for name, _ in inside)
        fresh = {name for name, of_theirs in inside if of_theirs} & bodies.keys() - followed
        followed |= fresh
        waiting.extend(fresh)
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


def _called(body: ast.AST) -> Iterator[tuple[str, bool]]:
    """The names that are called, and whether one of theirs may be meant (`np.sum` is none); and those of hidden loops
    that are only handed on (`each = map`)."""
    mentioned, own = set[str](), set[str]()
    for node in ast.walk(body):
        if isinstance(node, ast.Name):
            (own if isinstance(node.ctx, ast.Store) else mentioned).add(node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, not (isinstance(node.func.value, ast.Name) and node.func.value.id in NUMPY)
    yield from ((name, False) for name in (mentioned & HIDDEN_LOOPS) - own)
