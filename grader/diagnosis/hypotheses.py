"""Which known wrong program is it? Each is the solution with a mistake edited in, and it is named only where it
reproduces every graded output of every case.

A hypothesis is played on the base case first; most end there. A mistake is also looked for under each convention that
the group knows: conventions of numbers are edits of the solution too (`reg-half-convention`), those of layout turn the
arguments, and what the submission gave under them is at hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

from grader.core import Assignment, Group, Mistake, Output, Play, Program, StudentFault
from grader.diagnosis.edits import Unfit, edited
from grader.diagnosis.evidence import Evidence, Played, Plays, counts, wrong
from grader.diagnosis.likeness import alike


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The solution with these mistakes at once; `texts` are its files. `convention` is the one that it follows, where
    that is not the solution's."""

    mistakes: tuple[Mistake, ...]
    texts: tuple[tuple[str, str], ...]
    convention: str | None = None

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(mistake.function for mistake in self.mistakes)


class Rehearsed:
    """A hypothesis being played, case by case, as far as it is asked."""

    def __init__(self, evidence: Evidence, hypothesis: Hypothesis) -> None:
        self.hypothesis = hypothesis
        self._evidence = evidence
        self._program: Program | None = None
        self._plays: dict[int, Play] = {}

    def play(self, one: Played) -> Play | None:
        """What the hypothesis gives for the inputs of a case; None where it cannot be played."""
        return self._all([one])[0]

    def explains(self, plays: Plays, outputs: Sequence[Output]) -> bool:
        """Are all of `outputs` of all cases what this program gives? The base is asked first, then the rest at once."""
        base, rest = plays[:1], plays[1:]
        return self._runs(base[0]) and self._like(base, outputs) and self._like(rest, outputs)

    def _runs(self, base: Played) -> bool:
        """Under a convention that is none of numbers (another layout) the edited solution fails with any mistake, and
        explains none."""
        play = self.play(base)
        return play is not None and not (play.faults and self.hypothesis.convention)

    def _like(self, plays: Plays, outputs: Sequence[Output]) -> bool:
        return all(
            play is not None and all(alike(one, output, play) for output in outputs if counts(one.case, output))
            for one, play in zip(plays, self._all(plays), strict=True)
        )

    def _all(self, plays: Sequence[Played]) -> list[Play | None]:
        """All at once: a player makes objects and calls for a whole batch."""
        missing = [one for one in plays if id(one.inputs) not in self._plays]
        if missing:
            try:
                if self._program is None:
                    self._program = self._evidence.rehearse(dict(self.hypothesis.texts))
                made = self._evidence.natural.play(self._program, [one.inputs for one in missing])
            except StudentFault:  # a hypothesis that cannot be played in these cases explains nothing
                return [None] * len(plays)
            self._plays.update((id(one.inputs), play) for one, play in zip(missing, made, strict=True))
        return [self._plays[id(one.inputs)] for one in plays]


def singles(evidence: Evidence) -> tuple[Hypothesis, ...]:
    """Every known mistake of the group's functions, alone and under each convention that the group knows."""
    own = frozenset(function.name for function in evidence.group.functions)
    options = frozenset(option for way in evidence.ways for option in way.ways.values())
    return _singles(_Known(evidence.assignment), own, options)


@dataclass(frozen=True, slots=True)
class _Known:
    """An assignment, by identity: one is loaded once, and its texts are long."""

    assignment: Assignment

    def __hash__(self) -> int:
        return hash(self.assignment.revision)


@lru_cache(maxsize=256)
def _singles(known: _Known, functions: frozenset[str], options: frozenset[str]) -> tuple[Hypothesis, ...]:
    """A convention alone is no mistake: the judge has named it by then. Two that make no way together are one."""
    mistakes = [one for one in known.assignment.mistakes if functions & {one.function, *one.spoils}]
    conventions = [one for one in mistakes if one.id in options]
    rest = [one for one in mistakes if one.id not in options]
    alone = [composed(known.assignment, (one,)) for one in rest]
    under = [
        composed(known.assignment, (one,), convention)
        for convention in conventions
        for one in mistakes
        if one.function == convention.function and one is not convention
    ]
    return tuple(hypothesis for hypothesis in [*alone, *under] if hypothesis is not None)


def composed(
    assignment: Assignment, mistakes: tuple[Mistake, ...], convention: Mistake | None = None
) -> Hypothesis | None:
    """The solution with all of these edits, one mistake after the other; None where they do not go together. Of a
    convention as many edits as there is still place for: a mistake may have taken the rest."""
    try:
        texts: Mapping[str, str] = reduce(edited, mistakes, assignment.solution)
    except Unfit:
        return None
    if convention is None:
        return Hypothesis(mistakes, tuple(texts.items()))
    under = texts
    for edit in convention.edits:
        with suppress(Unfit):
            under = edited(under, replace(convention, edits=(edit,)))
    return None if under == texts else Hypothesis(mistakes, tuple(under.items()), convention.id)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A hypothesis that gives what was asked; `way` is that in whose layout the submission gives the same."""

    hypothesis: Hypothesis
    way: Group


def explanations(evidence: Evidence, candidates: Iterable[Rehearsed], outputs: Sequence[Output]) -> list[Explanation]:
    """The candidates that give all of `outputs`, in any layout in which the submission runs. Nothing is explained where
    nothing is wrong."""
    turned = [(way, plays) for way, plays in evidence.turned if not plays[0].play.faults]
    asked = [(evidence.group, evidence.plays), *turned]
    wanting = [(way, plays) for way, plays in asked if any(wrong(plays, output) for output in outputs)]
    explained = ((one, way) for one in candidates for way, plays in wanting if one.explains(plays, outputs))
    return [Explanation(one.hypothesis, way) for one, way in explained]
