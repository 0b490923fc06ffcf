"""What a submission may be: the solution with known mistakes edited in, alone and under each convention that is known.

Conventions are edits of the solution too (`reg-half-convention`). One that turns the arguments (another layout) is
looked for where the submission runs in that layout: there the solution has the mistake alone.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import takewhile

from grader.core import Assignment, Mistake
from grader.diagnosis.edits import Draft, Unfit, draft
from grader.diagnosis.evidence import Evidence

WORD = re.compile(r"\W*\w+")


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


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """An assignment, by its solution and its mistakes; its texts are long, and are compared where the rest is equal."""

    assignment: Assignment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._key == other._key

    def __hash__(self) -> int:
        return hash((self.assignment.slug, self.assignment.revision, len(self.assignment.mistakes)))

    @property
    def _key(self) -> tuple[object, ...]:
        return self.assignment.slug, self.assignment.revision, self.assignment.mistakes, self.assignment.solution


@lru_cache(maxsize=256)
def _singles(known: _Known, functions: frozenset[str], options: frozenset[str]) -> tuple[Hypothesis, ...]:
    """Of two conventions that make no way together one is a mistake under the other."""
    mistakes = [one for one in known.assignment.mistakes if functions & {one.function, *one.spoils}]
    conventions = [one for one in mistakes if one.id in options]
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
        if convention is None:
            return Hypothesis(tuple(mistakes), tuple(made.texts.items()))
        written = "\n".join(new for mistake in mistakes for _, new in mistake.edits)
        under = reduce(lambda so_far, edit: _under(so_far, convention, edit, written), convention.edits, made)
    except Unfit:
        return None
    return None if under is made else Hypothesis(tuple(mistakes), tuple(under.texts.items()), convention.id)


def _under(made: Draft, convention: Mistake, edit: tuple[str, str], written: str) -> Draft:
    """With one edit of a convention. Where a mistake has replaced the text that it is for, with the part of that which
    changes; where the mistake has left nothing of it (`written` is all that mistakes have), without."""
    with suppress(Unfit):
        return made.edited(replace(convention, edits=(edit,)))
    old, new = _heart(*edit)
    return made.edited(replace(convention, edits=((old, new),))) if old in written else made


def _heart(old: str, new: str) -> tuple[str, str]:
    """What an edit changes, with the word behind it."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    tail = old[len(old) - end :]
    word = WORD.match(tail)
    context = word[0] if word else tail
    return old[start : len(old) - end] + context, new[start : len(new) - end] + context


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
