"""What a mistake touches: the outputs of the base case that it changes, and those that it leaves as they are.

The structure of a case is fixed, so this is nearly the same in every grading: it is found once, on numbers of our own,
and a hypothesis that touches other outputs than those that are wrong is asked last. Not quite: with some numbers the
last sample violates no margin, and whoever skips it loses nothing there.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from grader.core import Group, Inputs, Output, Outputs, Play, StudentFault
from grader.diagnosis.evidence import Evidence, Played
from grader.diagnosis.hypotheses import Hypothesis
from grader.diagnosis.likeness import as_numbers, near

CLEARLY = 1e-4  # relative: what is off by more, and twice the tolerance, is wrong with any numbers
HARDLY = 0.1  # of the tolerance: what is off by no more is right with any numbers
SEED = 0


@dataclass(frozen=True, slots=True)
class Footprint:
    """The names of the outputs of the base case that are `changed`, and of those that are `kept`."""

    changed: frozenset[str]
    kept: frozenset[str]

    def within(self, base: Played, names: Collection[str]) -> bool:
        """Is all that is changed wrong, of the outputs `names`?"""
        return not any(name in base.right for name in self.changed if name in names)

    def fits(self, base: Played, names: Collection[str]) -> bool:
        """Is what is changed wrong, and what is kept right, of the outputs `names`?"""
        return self.within(base, names) and all(name in base.right for name in self.kept if name in names)


def footprint(evidence: Evidence, hypothesis: Hypothesis, way: Group) -> Footprint:
    """What `hypothesis` touches, where `way` says what is right."""
    return _footprint(_Specimen(hypothesis, evidence.natural.name, evidence), _Way(way))


def runs(evidence: Evidence, hypothesis: Hypothesis) -> bool:
    """Does it run in the base case?"""
    play = _played(_Specimen(hypothesis, evidence.natural.name, evidence))
    return play is not None and not play.faults


@dataclass(frozen=True, slots=True)
class _Specimen:
    """A hypothesis played with numbers of our own, the same for every submission."""

    hypothesis: Hypothesis
    group: str
    evidence: Evidence = field(compare=False)

    @property
    def inputs(self) -> Inputs:
        return self.evidence.natural.cases[0].draw(np.random.RandomState(SEED))

    def play(self) -> Play | None:
        try:
            program = self.evidence.rehearse(dict(self.hypothesis.texts), SEED)
            return self.evidence.natural.play(program, [self.inputs])[0]
        except StudentFault:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A way to judge, told apart by its conventions."""

    group: Group

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Way) and self.group.ways == other.group.ways

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.group.ways.items())))


@lru_cache(maxsize=1 << 14)
def _played(specimen: _Specimen) -> Play | None:
    return specimen.play()


@lru_cache(maxsize=1 << 14)
def _footprint(specimen: _Specimen, way: _Way) -> Footprint:
    case, play, expected = way.group.cases[0], _played(specimen), way.group.reference(specimen.inputs)
    asked = [output for output in way.group.outputs if case.grades(output)]
    clearly, hardly = max(CLEARLY, 2 * case.tolerance), HARDLY * case.tolerance
    return Footprint(
        frozenset(output.name for output in asked if not _near(output, play, expected, clearly)),
        frozenset(output.name for output in asked if _near(output, play, expected, hardly)),
    )


def _near(output: Output, play: Play | None, expected: Outputs, tolerance: float) -> bool:
    if play is None or output.name not in play.outputs:
        return False
    ours, right = as_numbers(play.outputs[output.name]), as_numbers(expected[output.name])
    if ours is None or right is None:
        return False
    beside = [np.max(np.abs(np.asarray(expected[name])), initial=0.0) for name in output.zero_beside]
    return near(ours, right, float(max(beside)) if beside else None, 0.0 if output.integer else tolerance)
