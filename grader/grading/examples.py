"""The smallest example of what is wrong with a function, on inputs of its own.

Hidden inputs are never shown. An example begins with the same cases drawn from a public stream, and is made smaller
from there (`diagnosis/shrinking.py`), so it is the same for everybody with the same mistake, whatever the seed. Nothing
depends on it: where the box dies on the way, or the calls are not easily written down, there is none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from grader.checks.closeness import PRECISION_BAND, compare
from grader.checks.trial import Trial
from grader.checks.watch import Watch
from grader.core import (
    Case,
    Counterexample,
    FunctionResult,
    FunctionStatus,
    Group,
    Handle,
    Inputs,
    Output,
    Outputs,
    Play,
    Program,
    Script,
    StudentFault,
    Value,
)
from grader.diagnosis.shrinking import smallest
from grader.diagnosis.sizes import changed, leaves
from grader.diagnosis.transcript import Transcript, mentions
from grader.diagnosis.written import Unwritable, written
from grader.grading.seeds import lender

STREAM = b"examples"  # public: what is drawn for showing
SEED = 0  # of the student's generators
BY_HAND = 64  # numbers of the inputs, at most
CPU_SECONDS = 1.0  # of one frame of calls on tiny inputs
TARGETS = 3  # outputs and cases that are tried until one can be shown
APART = 0.3  # numbers that are told from each other
STEP, STEADY, LEAST = 1e-8, 1e-3, 1e-2  # how far inputs are moved, how far outputs may follow, on which scale at least
NONSENSE = (ArithmeticError, LookupError, TypeError, ValueError)  # what ours say to inputs that do not go together

Results = tuple[FunctionResult, ...]
Fresh = Callable[[], AbstractContextManager[Program]]


def with_examples(trial: Trial, results: Results, fresh: Fresh) -> Results:
    """The results, with a counterexample where numbers are wrong and the box shows it on small inputs; `fresh` opens
    another box with the same functions."""
    if all(result.status is not FunctionStatus.FAILED for result in results):
        return results
    watch = Watch(trial.program, [f.name for f in trial.group.functions], seed=SEED, cpu_seconds=CPU_SECONDS)
    with np.errstate(all="ignore"):
        try:
            shown = Shown(trial.group, watch, fresh)
            return tuple(replace(one, counterexample=shown.example(one)) for one in results)
        except StudentFault:  # the box has died
            return results


@dataclass(frozen=True, slots=True)
class _Same:
    """A group, by identity."""

    group: Group

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.group is self.group

    def __hash__(self) -> int:
        return id(self.group)


def cases_of(group: Group) -> tuple[Case, ...]:
    """What examples are made from, ordinary ones first."""
    return tuple(sorted(group.shown or group.cases, key=lambda case: case.check != "ordinary"))


@lru_cache(maxsize=128)
def _drawn(same: _Same) -> Mapping[str, tuple[Inputs, Outputs]]:
    """The public inputs of every case by its name, and what should come out."""
    draws = lender(STREAM, f"{same.group.name}/")
    drawn = {case.name: case.draw(draws(case.name)) for case in cases_of(same.group)}
    return {name: (inputs, same.group.reference(inputs)) for name, inputs in drawn.items()}


@dataclass(frozen=True, slots=True)
class Target:
    """The output of a case that is wrong, and in which way: a candidate has to be wrong in the same."""

    case: Case
    output: Output
    way: str


class Shown:
    """A group as it is played for showing: every case with public numbers first."""

    def __init__(self, group: Group, program: Watch, fresh: Fresh) -> None:
        self.group, self.program, self.fresh = group, program, fresh
        self.drawn = _drawn(_Same(group))
        self.cases = cases_of(group)
        plays = group.play(program, [self.drawn[case.name][0] for case in self.cases])
        self.plays = {case.name: play for case, play in zip(self.cases, plays, strict=True)}

    def example(self, result: FunctionResult) -> Counterexample | None:
        """That of one function; None where it is right, or its calls cannot be written down."""
        if result.status is not FunctionStatus.FAILED:
            return None
        for target in list(self.targets(result))[:TARGETS]:
            try:
                start = self.drawn[target.case.name][0]
                self.places(target, *self.transcribed(self.program, start))  # else it need not be shrunk
                return self.told_afresh(target, self.shrunk(target))
            except (Unwritable, *NONSENSE):  # an example explains: none is better than a report that is broken
                continue
        return None

    def targets(self, result: FunctionResult) -> Iterator[Target]:
        """What is wrong with the function in public. A hidden check has no example."""
        hidden = {check.id for check in result.checks if check.hidden}
        for case in self.cases:
            for output in self.group.outputs:
                kind = output.share if case.check == "ordinary" else case.check
                if output.function == result.name and case.grades(output) and kind not in hidden:
                    way = _way(case, output, self.plays[case.name], self.drawn[case.name][1])
                    if way is not None:
                        yield Target(case, output, way)

    def shrunk(self, target: Target) -> Inputs:
        start, others = self.drawn[target.case.name][0], [inputs for inputs, _ in self.drawn.values()]
        return smallest(start, others, lambda candidates: self.shows(target, candidates), self.group.fitted)

    def shows(self, target: Target, candidates: Sequence[Inputs]) -> int | None:
        """The first of the candidates in which the output is wrong in the same way, and ought to be what it ought."""
        expected = [self.expected(target.case, candidate) for candidate in candidates]
        ready = [(at, outputs) for at, outputs in enumerate(expected) if outputs is not None]
        try:
            plays = self.group.play(self.program, [candidates[at] for at, _ in ready]) if ready else []
        except NONSENSE:
            return None
        return next(
            (
                at
                for (at, outputs), play in zip(ready, plays, strict=True)
                if _way(target.case, target.output, play, outputs) == target.way
                and self.steady(target.case, candidates[at], outputs)
            ),
            None,
        )

    def expected(self, case: Case, inputs: Inputs) -> Outputs | None:
        """What the reference gives; None where it cannot, or gives no finite numbers."""
        try:
            outputs = self.group.reference(inputs)
        except (*NONSENSE, StudentFault):
            return None
        return outputs if all(map(_finite, self._counting(case, outputs).values())) else None

    def steady(self, case: Case, inputs: Inputs, outputs: Outputs) -> bool:
        """Do the expected outputs stay what they are when inputs move a little? Not at a kink, nor where numbers are
        divided by others that cancel."""
        asked = self._counting(case, outputs)
        for sign in (1, -1):
            moved = self.expected(case, _moved(inputs, sign * STEP))
            if moved is None or not all(_near(moved[name], value) for name, value in asked.items()):
                return False
        return True

    def _counting(self, case: Case, outputs: Outputs) -> dict[str, Value]:
        return {
            output.name: outputs[output.name]
            for output in self.group.outputs
            if case.grades(output) and output.name in outputs
        }

    def told_afresh(self, target: Target, inputs: Inputs) -> Counterexample | None:
        """The example as a box gives it that was asked nothing before, like the student's own machine: what a program
        keeps of earlier calls is not shown, nor can anything of hidden inputs be. None where the box does not hold."""
        try:
            with self.fresh() as program:
                return self.told(target, inputs, program)
        except StudentFault:
            return None

    def told(self, target: Target, inputs: Inputs, program: Program) -> Counterexample:
        """The example, as data and as Python. Raises Unwritable."""
        expected = self.group.reference(inputs)
        transcript, play = self.transcribed(program, inputs)
        if _way(target.case, target.output, play, expected) != target.way:
            raise Unwritable("right, or wrong in another way, where nothing was called before")
        if often := [place for place, times in transcript.used.items() if times > 1]:
            transcript, _ = self.transcribed(program, inputs, often)
        try:
            places = self.places(target, *self.transcribed(program, _unalike(inputs)))
        except (Unwritable, *NONSENSE):  # code that goes by the numbers
            places = self.places(target, transcript, play)
        telling = self.telling(target.case, play, expected)
        places = {name: place for name, place in places.items() if name in telling}
        calls = transcript.needed(places.values())
        used = [name for name in inputs if any(mentions(line, name) for line in calls)]
        for values in ([inputs[name] for name in used], [expected[name] for name in places]):
            if sum(np.size(leaf) for _, leaf in leaves(values)) > BY_HAND:
                raise Unwritable("too many numbers to be redone by hand")
        setting = [f"{name} = {written(inputs[name])}" for name in used]
        return Counterexample(
            {name: changed(inputs[name], _told) for name in used},
            {name: expected[name] for name in places},
            {name: play.outputs[name] for name in places},
            Script(tuple(transcript.defined), (*setting, *calls), places),
        )

    def telling(self, case: Case, play: Play, expected: Outputs) -> set[str]:
        """The outputs worth showing: values, and gradients that are wrong."""
        return {
            output.name
            for output in self.group.outputs
            if output.name in expected and _numbers(play.outputs.get(output.name))
            if output.share == "value" or _way(case, output, play, expected) is not None
        }

    def transcribed(self, program: Program, inputs: Inputs, copied: Sequence[str] = ()) -> tuple[Transcript, Play]:
        transcript = Transcript(program, inputs, copied)
        watch = Watch(transcript, [f.name for f in self.group.functions], seed=SEED, cpu_seconds=CPU_SECONDS)
        return transcript, self.group.play(watch, [inputs])[0]

    def places(self, target: Target, transcript: Transcript, play: Play) -> dict[str, str]:
        """Where in what was returned the outputs of the function stand: the one that is wrong, and the others as far as
        they are taken from there as they are. Raises Unwritable."""
        found = dict[str, str]()
        for output in self.group.outputs:
            if output.function == target.output.function and target.case.grades(output):
                try:
                    found[output.name] = transcript.place(play.outputs.get(output.name))
                except Unwritable:
                    if output == target.output:
                        raise
        return found


def _way(case: Case, output: Output, play: Play, expected: Outputs) -> str | None:
    """In which way the numbers that came are wrong; None where they are right, or none came."""
    if not _numbers(play.outputs.get(output.name)):
        return None
    verdict = compare(case, output, play.outputs, expected)
    if verdict.right:
        return None
    if verdict.worst is None:
        return "form"
    if not np.isfinite(verdict.worst.actual):
        return "not finite"
    return "precision" if verdict.error is not None and verdict.error <= PRECISION_BAND else "numbers"


def _numbers(value: Value) -> bool:
    """Is it made of numbers and nothing else?"""
    try:
        return not isinstance(value, (Handle, Mapping, str)) and np.asarray(value).dtype.kind in "biufc"
    except (ValueError, TypeError):
        return False


def _finite(value: Value) -> bool:
    array = np.asarray(value)
    return array.size > 0 and array.dtype.kind in "biuf" and bool(np.isfinite(array).all())


def _near(moved: Value, value: Value) -> bool:
    one, other = np.asarray(moved, np.float64), np.asarray(value, np.float64)
    return one.shape == other.shape and bool(np.abs(one - other).max() <= STEADY * max(np.abs(other).max(), LEAST))


def _moved(inputs: Inputs, step: float) -> Inputs:
    """Every number of an array moved by about `step`, each by another amount."""

    def move(path: Any, leaf: Value) -> Value:
        if not isinstance(leaf, np.ndarray) or leaf.dtype.kind != "f":
            return leaf
        amounts = 1 + np.sin(1 + np.arange(leaf.size)).reshape(leaf.shape) / 2
        return leaf.astype(np.float64) + step * amounts * np.maximum(1, np.abs(leaf))

    return dict(changed(inputs, move))


def _unalike(inputs: Inputs) -> Inputs:
    """The same with numbers of which no two are equal, so that outputs are found where they stand."""
    return _moved(inputs, APART)


def _told(path: Any, leaf: Value) -> Value:
    """A function of ours as it is written."""
    return leaf if leaf is None or isinstance(leaf, (bool, int, float, str, np.ndarray)) else written(leaf)
