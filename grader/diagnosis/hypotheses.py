"""What a submission may be: the solution with known mistakes edited in, alone and under each convention that is known.

Conventions are edits of the solution too (`reg-half-convention`). One that turns the arguments (another layout) is
looked for where the submission runs in that layout: there the solution has the mistake alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.core import Assignment, Mistake
from grader.diagnosis.edits import Draft, Unfit, draft
from grader.diagnosis.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The solution with these mistakes at once, or none; `texts` are its files. `convention` is the one that it
    follows, where that is not the solution's."""

    mistakes: tuple[Mistake, ...]
    texts: tuple[tuple[str, str], ...]
    convention: str | None = None

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(mistake.function for mistake in self.mistakes)

    @property
    def seen(self) -> float:
        """How often it was met: of two mistakes, the rarer."""
        return min((mistake.seen for mistake in self.mistakes), default=0.0)


def singles(evidence: Evidence) -> tuple[Hypothesis, ...]:
    """Every known mistake of the group's functions, alone and under each convention that the group knows; and the
    solution without any mistake, alike."""
    own = frozenset(function.name for function in evidence.group.functions)
    options = frozenset(option for way in evidence.ways for option in way.ways.values())
    return _singles(_Known(evidence.assignment), own, options)


@dataclass(frozen=True, slots=True)
class _Known:
    """An assignment, by its revision: its texts are long."""

    assignment: Assignment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, int]:
        return self.assignment.slug, self.assignment.revision, len(self.assignment.mistakes)


@lru_cache(maxsize=256)
def _singles(known: _Known, functions: frozenset[str], options: frozenset[str]) -> tuple[Hypothesis, ...]:
    mistakes = [one for one in known.assignment.mistakes if functions & {one.function, *one.spoils}]
    conventions = [one for one in mistakes if one.id in options]
    """A convention alone is no mistake: the judge has named it by then. Two that make no way together are one."""
    alone = (composed(known.assignment, one) for one in [[], *([one] for one in mistakes if one.id not in options)])
    under = (
        composed(known.assignment, one, convention)
        for convention in conventions
        for one in [[], *([mistake] for mistake in mistakes if mistake.function == convention.function)]
        if one != [convention]
    )
    return tuple(hypothesis for hypothesis in [*alone, *under] if hypothesis is not None)


def composed(
    assignment: Assignment, mistakes: Sequence[Mistake], convention: Mistake | None = None
) -> Hypothesis | None:
    """The solution with all of these edits, one mistake after the other; None where they do not go together."""
    try:
        made = draft(assignment.solution)
        for mistake in mistakes:
            made = made.edited(mistake)
    except Unfit:
        return None
    if convention is None:
        return Hypothesis(tuple(mistakes), tuple(made.texts.items()))
    under = _under(made, convention)
    return None if under is made else Hypothesis(tuple(mistakes), tuple(under.texts.items()), convention.id)


def _under(made: Draft, convention: Mistake) -> Draft:
    """With as many edits of a convention as there is still place for: a mistake may have taken the rest."""
    for edit in convention.edits:
        with suppress(Unfit):
            made = made.edited(replace(convention, edits=(edit,)))
    return made


def without(hypotheses: Iterable[Hypothesis], id: str) -> Iterator[Hypothesis]:
    """The hypotheses that do not know of a mistake."""
    return (one for one in hypotheses if all(mistake.id != id for mistake in one.mistakes))
