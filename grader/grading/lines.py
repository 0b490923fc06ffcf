"""The line that is wrong: where a function whose mistake has no name becomes right when one small thing is another.

The submission's own functions are revised one after another (`grader.diagnosis.slips`) in a box that nothing else is
played in, and what comes is judged here like any other answer. Only the line is told, as the last hint: what to write
there is the student's to find. Nothing depends on it. A search that hits a limit finds no line, and no points hang on
one.

The number of tries is counted, so that a report comes out the same on any machine that is fast enough; the boxes' own
limits, and one of wall time for all searches of a submission, end what takes too long.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from grader.checks.closeness import compare
from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import (
    BoxFault,
    Case,
    Diagnosis,
    FunctionResult,
    Group,
    Inputs,
    Message,
    Output,
    Raised,
    Revisable,
    StudentFault,
    Submission,
)
from grader.diagnosis.sizes import leaves
from grader.diagnosis.slips import Slip, slips
from grader.grading.examples import NONSENSE
from grader.grading.naming import WRONG

TRIES, IN_ALL = 1000, 2000  # of one function, and of all functions of a submission
BOXES = 3  # of one function: a try that ends its box costs one
SEARCH_SECONDS = 20.0  # of wall time for all functions of a submission

Results = tuple[FunctionResult, ...]
Fresh = Callable[[], AbstractContextManager[tuple[Revisable, Watch]]]


def unnamed(result: FunctionResult) -> bool:
    """Is the function wrong by itself, and is no known program behind it?"""
    exact = any(one.certainty == "exact" for one in result.diagnosis)
    return result.status in WRONG and result.follows is None and not exact


@dataclass(slots=True)
class Tries:
    """How many are left of all that a submission has."""

    left: int = IN_ALL

    def of(self, one: Iterable[Slip]) -> Iterator[Slip]:
        """As many as one function may have."""
        for slip in islice(one, min(TRIES, self.left)):
            self.left -= 1
            yield slip


@dataclass(frozen=True, slots=True)
class Search:
    """A group whose functions are searched. `ways` are those to judge it that cost nothing and play it alike, its own
    in front; `graded` are all functions that have points; `fresh` opens a box that was asked nothing yet."""

    ways: Sequence[Group]
    submission: Submission
    situations: Situations
    graded: Collection[str]
    fresh: Fresh
    tries: Tries

    def told(self, results: Results) -> Results:
        """The results, with the line where there is one."""
        with np.errstate(all="ignore"):
            return tuple(self._told(result) if unnamed(result) else result for result in results)

    def _told(self, result: FunctionResult) -> FunctionResult:
        try:
            found = self._found(result.name, result.file or "")
        except (StudentFault, BoxFault, *NONSENSE):  # a hint explains: none is better than a report that is broken
            return result
        return with_line(result, found) if found else result

    def _found(self, function: str, path: str) -> Slip | None:
        """The first slip that makes the function right, where all of its kind that do are on one line; asked again of a
        box in which nothing else was tried."""
        mending = self._mending(function, path)
        if len({(slip.path, slip.line) for slip in mending}) != 1:
            return None
        with self.fresh() as box:
            return mending[0] if self._bench(function, box).mends(mending[0]) else None

    def _mending(self, function: str, path: str) -> list[Slip]:
        """The slips that make it right, of the likeliest kind that has one, up to the first on a second line. Raises
        StudentFault where a box died for the last time."""
        waiting = self.tries.of(slips(self.submission, path, function, self.graded))
        found = list[Slip]()
        for left in reversed(range(BOXES)):
            try:
                with self.fresh() as box:
                    bench = self._bench(function, box)
                    case = bench.smallest_wrong()
                    for slip in waiting if case else ():
                        if found and (slip.kind != found[0].kind or found[-1].line != found[0].line):
                            break
                        if bench.mends(slip, first=case):
                            found.append(slip)
                break
            except StudentFault:
                if not left:
                    raise
        return found

    def _bench(self, function: str, box: tuple[Revisable, Watch]) -> "_Bench":
        return _Bench(function, self.ways, self.submission, self.situations, *box)


@dataclass(frozen=True, slots=True)
class _Bench:
    """One box in which slips of one function are tried."""

    function: str
    ways: Sequence[Group]
    submission: Submission
    situations: Situations
    program: Revisable
    watch: Watch

    def smallest_wrong(self) -> Case | None:
        """Of the cases in which the function as it is falls short, the one with the fewest numbers."""
        trial = self._trial()
        wrong = [case for case in trial.group.cases if not all(_rights(trial, case, self.function))]
        return min(wrong, key=lambda case: _size(trial.inputs(case)), default=None)

    def mends(self, slip: Slip, first: Case | None = None) -> bool:
        """Is every output of the function right with it in every case, under one way? Asked of the case `first` before
        all others. Raises LimitHit."""
        try:
            self.program.revise(slip.path, slip.name, slip.text)
        except Raised:
            return False
        if first is not None and not self._right_in(first):
            return False
        trial = self._trial()
        under = (trial.judged_as(way) for way in self.ways)
        return any(
            all(right for case in one.group.cases for right in _rights(one, case, self.function)) for one in under
        )

    def _right_in(self, case: Case) -> bool:
        group, *_ = self.ways
        play = group.play(self.watch, [self.situations.inputs(case)])[0]
        return any(
            all(
                output.name in play.outputs
                and compare(case, output, play.outputs, self.situations.expected(case, "first", way.reference)).right
                for output in _asked(way, case, self.function)
            )
            for way in self.ways
        )

    def _trial(self) -> Trial:
        return Trial(self.ways[0], self.submission, self.watch, self.situations)


def _rights(trial: Trial, case: Case, function: str) -> Iterator[bool]:
    """Whether each output of the function that counts in the case is right."""
    return (trial.verdict(case, output).right for output in _asked(trial.group, case, function))


def _asked(group: Group, case: Case, function: str) -> list[Output]:
    return [output for output in group.outputs if output.function == function and case.grades(output)]


def _size(inputs: Inputs) -> int:
    return sum(np.size(leaf) for _, leaf in leaves(inputs))


def with_line(result: FunctionResult, slip: Slip) -> FunctionResult:
    """The result with the line as the last hint of what is said of it; what has no diagnosis gets one of its own."""
    line = Message("diagnosis.one-line.act", {"file": slip.path, "line": slip.line})
    if result.diagnosis:
        first, *others = result.diagnosis
        return replace(result, diagnosis=(replace(first, hints=(*first.hints, line)), *others))
    text, *hints = (
        Message(f"diagnosis.one-line.{part}", {"function": result.name}) for part in ("text", "what", "look")
    )
    return replace(result, diagnosis=(Diagnosis("one-line", "hint", "wrong-quantity", text, (*hints, line)),))
