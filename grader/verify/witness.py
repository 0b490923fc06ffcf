"""What a grading measured, case by case: a check more in every group, which carries no points and only takes notes.

It asks for what the other checks have asked for already, so that nothing is played for it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from grader.checks.trial import Trial
from grader.core import Assignment, Check, CheckStatus, Finding, Group, Message, Submission, Value

ID = "witness"


class Compared(NamedTuple):
    """One output of one case, compared: how far off it was, None where there were no numbers."""

    function: str
    case: str
    output: str
    tolerance: float
    error: float | None


Ways = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Witness:
    """Notes of one grading; of a group that ran twice, those of the second time."""

    exact: bool = False  # every output is noted to the last bit as well
    notes: dict[tuple[Ways, str, str, str], Compared] = field(default_factory=dict)
    bits: dict[tuple[str, str, str], str] = field(default_factory=dict)  # function, case, output -> digest

    def watching(self, assignment: Assignment, submission: Submission) -> Assignment:
        """`assignment` in the form that was handed in, with this witness in every group."""
        groups = tuple(self._watched(group) for group in assignment.groups_of(submission))
        return replace(assignment, editions=lambda _: groups)

    def _watched(self, group: Group) -> Group:
        nothing = {function.name: Fraction(0) for function in group.functions}
        check = Check(ID, nothing, lambda trial, function: self._ask(group, trial, function))
        return replace(
            group, checks=(*group.checks, check), otherwise=tuple(self._watched(other) for other in group.otherwise)
        )

    def _ask(self, group: Group, trial: Trial, function: str) -> Finding:
        ways = tuple(sorted(group.ways.items()))
        for case in group.cases:
            for output in trial.outputs(function):
                if case.grades(output):
                    error = trial.verdict(case, output).error
                    note = Compared(function, case.name, output.name, case.tolerance, error)
                    self.notes[ways, function, case.name, output.name] = note
                if self.exact:
                    value = trial.plays[case.name].outputs.get(output.name)
                    self.bits[function, case.name, output.name] = digest(value)
        return Finding(CheckStatus.PASSED, Message("verify.witness"), Fraction(1))

    def compared(self) -> Iterator[Compared]:
        """Every comparison once; where a group was judged in several ways, the one that fits best."""
        best: dict[tuple[str, str, str], Compared] = {}
        for (_, *where), note in self.notes.items():
            function, case, output = where
            known = best.get((function, case, output))
            if known is None or _size(note) < _size(known):
                best[function, case, output] = note
        yield from best.values()


def _size(note: Compared) -> float:
    return float("inf") if note.error is None else note.error


def digest(value: Value) -> str:
    """The type, shape and bits of a value that came out of a box."""
    total = hashlib.blake2b(digest_size=8)
    for part in _parts(value):
        total.update(part)
    return total.hexdigest()


def _parts(value: Value) -> Iterator[bytes]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, dict):
        for name in sorted(value, key=str):
            yield str(name).encode()
            yield from _parts(value[name])
    elif isinstance(value, (np.ndarray, np.generic)):
        yield f"{value.dtype} {value.shape}".encode() + value.tobytes()
    else:
        yield f"{type(value).__name__} {value!r}".encode()
