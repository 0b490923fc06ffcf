"""Which hypotheses give exactly what a submission gave: every graded output of every case.

A hypothesis that touches other outputs of the base case than those that are wrong is played last. All are played with
the base case first, then with the cases that came out wrong, and end at the first output that is another one.
Those under fewer conventions that the course refuses are asked first, and the first that explain are all: whoever
makes a mistake is not told of a convention besides that is not needed for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.core import Group, Output, Play, Program, StudentFault
from grader.diagnosis.evidence import Evidence, Played, Plays, wrong
from grader.diagnosis.footprints import footprint, runs
from grader.diagnosis.hypotheses import Hypothesis, singles
from grader.diagnosis.likeness import alike, speaks, tells


@dataclass(frozen=True, slots=True)
class Explanation:
    """A hypothesis that gives what was asked, in the layout of some way to judge the group. `refused` are the
    conventions that it follows and the course does not accept."""

    hypothesis: Hypothesis
    refused: tuple[str, ...]


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
        """Are all of `outputs` of all cases what this program gives, and does one that is wrong tell so?"""
        return all(self._like(part, outputs) for part in _in_turn(plays, outputs)) and any(
            tells(one, output, self._plays[id(one.inputs)]) for output in outputs for one in wrong(plays, output)
        )

    def is_like(self, one: Played, output: Output) -> bool:
        """Is an output of a case what this program gives?"""
        play = self.play(one)
        return play is not None and alike(one, output, play)

    def _like(self, plays: Plays, outputs: Sequence[Output]) -> bool:
        return all(
            play is not None and all(alike(one, output, play) for output in outputs if one.case.grades(output))
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


def _speak(plays: Plays, outputs: Sequence[Output]) -> bool:
    """Is something wrong that can tell programs apart?"""
    return any(speaks(one, output) for output in outputs for one in wrong(plays, output))


def _in_turn(plays: Plays, outputs: Sequence[Output]) -> Iterator[Plays]:
    """The base case, then the others, those with something wrong first, in parts of 2, 4, 8, ... cases."""
    yield plays[:1]
    off = {id(one) for output in outputs for one in wrong(plays, output)}
    rest, size = sorted(plays[1:], key=lambda one: id(one) not in off), 2
    while rest:
        yield tuple(rest[:size])
        rest, size = rest[size:], 2 * size


class Search:
    """Hypotheses asked one after another; each is played once. `known` are those with a mistake, `faultless` the
    solution as it is and under each convention."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        turned = [(way, plays) for way, plays in evidence.turned if not plays[0].play.faults]
        self.layouts = [(evidence.group, evidence.plays), *turned]
        self._rehearsed: dict[int, Rehearsed] = {}
        known = singles(evidence)
        self.faultless = [one for one in known if not one.mistakes]
        # under a convention that turns the arguments the solution fails by itself, so with any mistake
        running = {one.convention for one in self.faultless if one.convention is None or runs(evidence, one)}
        self.known = [one for one in known if one.mistakes and one.convention in running]

    def rehearsed(self, hypothesis: Hypothesis) -> Rehearsed:
        return self._rehearsed.setdefault(id(hypothesis), Rehearsed(self.evidence, hypothesis))

    def explanations(
        self, hypotheses: Iterable[Hypothesis], outputs: Sequence[Output], *, screen: bool = True
    ) -> list[Explanation]:
        """Those that give all of `outputs`, under as few conventions as any; none where nothing is wrong. With `screen`
        those whose footprint fits are asked first, the others only if none of these explains."""
        levels: dict[tuple[bool, int], list[tuple[Hypothesis, Explanation, Plays]]] = {}
        asked = [(way, plays) for way, plays in self.layouts if _speak(plays, outputs)]
        for hypothesis in hypotheses:
            for way, plays in asked:
                found = Explanation(hypothesis, refused(self.evidence, hypothesis.convention, way))
                unlikely = screen and not self._fits(hypothesis, way, plays, outputs)
                levels.setdefault((unlikely, len(found.refused)), []).append((hypothesis, found, plays))
        for _, level in sorted(levels.items(), key=lambda level: level[0]):
            if explained := [
                found for hypothesis, found, plays in level if self.rehearsed(hypothesis).explains(plays, outputs)
            ]:
                return explained
        return []

    def _fits(self, hypothesis: Hypothesis, way: Group, plays: Plays, outputs: Sequence[Output]) -> bool:
        names = {output.name for output in outputs}
        return footprint(self.evidence, hypothesis, way).fits(plays[0], names)


def refused(evidence: Evidence, convention: str | None, way: Group) -> tuple[str, ...]:
    """The conventions that a hypothesis in the layout of `way` follows and the course does not accept."""
    followed = (_followed(evidence, convention, way, axis) for axis in evidence.group.ways)
    return tuple(option for option in followed if option is not None and option not in evidence.accepted)


def _followed(evidence: Evidence, convention: str | None, way: Group, axis: str) -> str | None:
    """The option on an axis: that of the layout that was turned; of numbers what the hypothesis was given, else the
    solution's own (which may stand on an axis of another name: editions of a class have one each)."""
    options = {other.ways.get(axis) for other in evidence.ways}
    if convention in options:
        return convention
    if len({other.ways.get(axis) for other in evidence.ways if other.play == evidence.group.play}) == 1:
        return way.ways.get(axis)
    return next((option for option in evidence.natural.ways.values() if option in options), None)
