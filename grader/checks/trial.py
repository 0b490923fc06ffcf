"""One function group on trial: what it was given, what it returned, what it should have returned.

Equal calls of student code are made once and shared by all checks: the first question about any case plays all cases
of the group in one batch. The expected outputs are computed after the reply, once, and shared between groups that
share their cases (and between the shared box and a box of the group's own).

Ordinary cases are played once more in the same batch, with numbers drawn anew: what a program kept of an earlier call
of the same shape is no answer. Such a case is right where both plays are; each earns half.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, TypeVar, cast

import numpy as np

from grader.checks.closeness import Verdict, compare, unusable
from grader.checks.faults import why_missing
from grader.checks.playing import Along, Moved
from grader.checks.watch import Watch
from grader.core import Case, Group, Inputs, Output, Outputs, Play, Submission, Value

T = TypeVar("T")
Stream = Callable[[str], np.random.RandomState]
Drawn = Literal["first", "anew"]
STREAMS: Mapping[Drawn, str] = {"first": "case/{}", "anew": "case/{}/anew"}


@dataclass(slots=True)
class Situations:
    """The drawn inputs and the expected outputs of one grading, made once each.

    `stream(id)` gives the random stream of a case, and `check_stream(id)` that of a check: the same id, the same
    numbers. Each is lent until the next one is asked for.
    """

    stream: Stream
    check_stream: Stream
    _inputs: dict[tuple[int, str], tuple[Case, Inputs]] = field(default_factory=dict)
    _expected: dict[tuple[int, str, int], Outputs] = field(default_factory=dict)

    def inputs(self, case: Case, drawn: Drawn = "first") -> Inputs:
        """What `case` is played with, for the first time or once more."""
        key = (id(case), drawn)
        if key not in self._inputs:  # the case is kept, so that its id stays its own
            self._inputs[key] = (case, case.draw(self.stream(STREAMS[drawn].format(case.name))))
        return self._inputs[key][1]

    def expected(self, case: Case, drawn: Drawn, reference: Callable[[Inputs], Outputs]) -> Outputs:
        """What `reference` gives for `case`."""
        key = (id(case), drawn, id(reference))
        if key not in self._expected:
            self._expected[key] = reference(self.inputs(case, drawn))
        return self._expected[key]


class Trial:
    """What the checks of one group ask of: inputs, plays, expected outputs and verdicts, each made once."""

    def __init__(self, group: Group, submission: Submission, program: Watch, situations: Situations) -> None:
        self.group, self.submission, self.program = group, submission, program
        self._situations = situations
        self._plays: Mapping[Drawn, Mapping[str, Play]] | None = None
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._memory: dict[str, object] = {}
        self._others: dict[int, Trial] = {}

    def judged_as(self, other: Group) -> "Trial":
        """The trial of the same functions under another convention, begun once; equal plays are not made again."""
        if id(other) not in self._others:
            trial = self._others[id(other)] = Trial(other, self.submission, self.program, self._situations)
            if other.play == self.group.play:
                trial._plays = self._plays
        return self._others[id(other)]

    def rng(self, check_id: str) -> np.random.RandomState:
        """The random stream of one check of this group, from its start; lent until the next one is asked for."""
        return self._situations.check_stream(f"{self.group.name}/{check_id}")

    def inputs(self, case: Case, drawn: Drawn = "first") -> Inputs:
        return self._situations.inputs(case, drawn)

    def expected(self, case: Case, drawn: Drawn = "first") -> Outputs:
        return self._situations.expected(case, drawn, self.group.reference)

    @property
    def plays(self) -> Mapping[str, Play]:
        """Every case of the group by name, as it was played first."""
        return self._played["first"]

    @property
    def _played(self) -> Mapping[Drawn, Mapping[str, Play]]:
        """All plays of the group, made in one batch."""
        if self._plays is None:
            anew = [case for case in self.cases("ordinary") if not self.fixed(case)]
            asked: dict[Drawn, Sequence[Case]] = {"first": self.group.cases, "anew": anew}
            plays = iter(self.again([self.inputs(case, drawn) for drawn in asked for case in asked[drawn]]))
            self._plays = {drawn: {case.name: next(plays) for case in asked[drawn]} for drawn in asked}
        return self._plays

    def fixed(self, case: Case) -> bool:
        """Has `case` the same numbers in every grading, so that everybody knows them? (The example of a lecture.)"""
        return same_inputs(self.inputs(case), self.inputs(case, "anew"))

    def again(self, batch: Sequence[Inputs]) -> list[Play]:
        """Play further inputs now; nothing is remembered."""
        return self.group.play(self.program, batch)

    def along(self, inputs: Inputs, moved: Moved) -> list[Outputs]:
        """The outputs with every one of `moved` in place of that input, the first one at least."""
        play = self.group.play
        if isinstance(play, Along) and {name for name, _ in moved} <= set(play.arguments):
            return play.along(self.program, inputs, moved)
        return [one.outputs for one in self.again([{**inputs, name: value} for name, value in moved])]

    @property
    def base(self) -> Case:
        """The group's first case."""
        return self.group.cases[0]

    def cases(self, *kinds: str) -> list[Case]:
        """The cases of these kinds: ordinary, robustness, stability."""
        return [case for case in self.group.cases if case.check in kinds]

    def outputs(self, function: str, share: str | None = None) -> list[Output]:
        """The graded outputs of `function`, of one share or all."""
        return [o for o in self.group.outputs if o.function == function and share in (None, o.share)]

    def verdict(self, case: Case, output: Output) -> Verdict:
        """What the comparison with the reference says of one output of one case; of two plays it tells of the worse."""
        key = (case.name, output.name)
        if key not in self._verdicts:
            verdicts = [self._judged(case, drawn, output) for drawn in STREAMS if case.name in self._played[drawn]]
            self._verdicts[key] = max(verdicts, key=_figure) if all(map(_right, verdicts)) else _mean(verdicts)
        return self._verdicts[key]

    def _judged(self, case: Case, drawn: Drawn, output: Output) -> Verdict:
        play = self._played[drawn][case.name]
        if output.name not in play.outputs:
            return unusable(why_missing(case, output, play))
        return compare(case, output, play.outputs, self.expected(case, drawn))

    def remembered(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gave the first time it was asked for under `key`: two checks share one measurement."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast(T, self._memory[key])

    def recalled(self, key: str) -> object | None:
        """What is remembered under `key`; None where nothing is."""
        return self._memory.get(key)

    def base_right(self, function: str) -> bool:
        """Is at least one output of `function` right that counts in the base case? Other points are earned only
        then."""
        asked = [output for output in self.outputs(function) if self.base.grades(output)]
        return any(self.verdict(self.base, output).right for output in asked)


def _right(verdict: Verdict) -> bool:
    return verdict.right


def _figure(verdict: Verdict) -> float:
    return verdict.error or 0.0


def _mean(verdicts: Sequence[Verdict]) -> Verdict:
    """The worse of them, with the credit of all."""
    worse = min(verdicts, key=lambda verdict: verdict.credit)
    return replace(worse, credit=sum((verdict.credit for verdict in verdicts), Fraction(0)) / len(verdicts))


def same_inputs(one: Inputs, other: Inputs) -> bool:
    """Are two drawn inputs the same numbers? What is no number (a function of ours) is never the same."""
    return all(_same(value, other[name]) for name, value in one.items())


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, (int, float, str, np.generic)) and bool(one == other)
