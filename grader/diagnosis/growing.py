"""Three mistakes at once, in different parts of a program: found part by part, a case at a time.

A net without its options, with a slip in the ordinary pass and another under stress: no case shows all three. Whoever
explains the first wrong case, one mistake or two, is extended by a mistake that leaves that case as it is and explains
the next one. What is found so is a name only if it gives all outputs of all cases, like any other. Plays are counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.core import Mistake, Output
from grader.diagnosis.evidence import Played, wrong
from grader.diagnosis.explaining import Explanation, Search
from grader.diagnosis.footprints import footprint
from grader.diagnosis.hypotheses import Hypothesis, composed
from grader.diagnosis.pairs import conventions

LARGEST = 3  # mistakes of one program
MOST = 48  # programs that are made for one question


def grown(
    search: Search, known: Sequence[Hypothesis], pairs: Sequence[Hypothesis], outputs: Sequence[Output]
) -> list[Explanation]:
    """The explanations of `outputs` by mistakes of `known` that join; `pairs` are those that were played in vain."""
    plays = search.evidence.plays
    bad = {id(one): one for output in outputs for one in wrong(plays, output)}
    if not bad or plays[0].play.faults:
        return []
    growth = _Growth(search, known, tuple(outputs), [one for one in plays if id(one) in bad])
    singles = [one for one in known if len(one.mistakes) == 1 and growth.fits_the_base(one)]
    for convention in conventions(search.evidence):
        own = convention and convention.id
        cores = list(growth.cores([[one for one in part if one.convention == own] for part in (singles, pairs)]))
        found = {_ids(whole): whole for core in cores for whole in growth.whole(core, convention)}
        if explained := search.explanations(found.values(), outputs, screen=False):
            return explained
    return []


@dataclass(slots=True)
class _Growth:
    """`bad` are the cases in which something is wrong, in their order; `left` counts the programs that may be made."""

    search: Search
    known: Sequence[Hypothesis]
    outputs: tuple[Output, ...]
    bad: Sequence[Played]
    left: int = field(default=MOST)

    def fits_the_base(self, hypothesis: Hypothesis) -> bool:
        evidence, names = self.search.evidence, {output.name for output in self.outputs}
        return footprint(evidence, hypothesis, evidence.group).fits(evidence.plays[0], names)

    def cores(self, parts: Sequence[Sequence[Hypothesis]]) -> Iterator[Hypothesis]:
        """Those that give the first of `bad`; of more than one mistake only those in which none does so by itself."""
        enough: set[Mistake] = set()
        for part in parts:
            for one in part:
                if enough.isdisjoint(one.mistakes) and self._gives(one, self.bad[0]):
                    yield one
                    enough.update(one.mistakes if len(one.mistakes) == 1 else ())

    def whole(self, core: Hypothesis, convention: Mistake | None) -> Iterator[Hypothesis]:
        """The programs with the mistakes of `core`, and more, that give all of `bad`."""
        self.search.rehearsed(core).plays(self.bad)  # at once
        missed = next((one for one in self.bad if not self._gives(core, one)), None)
        if missed is None:
            yield core
        elif len(core.mistakes) < LARGEST:
            for larger in self._larger(core, convention, missed):
                yield from self.whole(larger, convention)

    def _larger(self, core: Hypothesis, convention: Mistake | None, missed: Played) -> Iterator[Hypothesis]:
        """With one more mistake, by which `missed` is explained. The base case is left as it is: `core` gives it."""
        evidence = self.search.evidence
        for one in self.known:
            if not self.left or one.convention != core.convention or len(one.mistakes) != 1:
                continue
            if footprint(evidence, one, evidence.group).changed or _ids(one) <= _ids(core):
                continue
            made = composed(evidence.assignment, (*core.mistakes, *one.mistakes), convention)
            self.left -= made is not None
            if made is not None and self._gives(made, missed):
                yield made

    def _gives(self, hypothesis: Hypothesis, one: Played) -> bool:
        rehearsed = self.search.rehearsed(hypothesis)
        return all(rehearsed.is_like(one, output) for output in self.outputs if one.case.grades(output))


def _ids(program: Hypothesis) -> frozenset[tuple[str, str]]:
    return frozenset((one.id, one.function) for one in program.mistakes)
