"""Which hypotheses give exactly what a submission gave: every graded output of every case.

A hypothesis that touches other outputs of the base case than those that are wrong is played last. All are played with
the base case first, then with the cases that came out wrong, and end at the first output that is another one; a case
that has told others apart comes before those that have not.
Those under fewer conventions that the course refuses are asked first, and the first that explain are all: whoever
makes a mistake is not told of a convention besides that is not needed for it.
"""

from collections import Counter
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


class Question:
    """Outputs of a group as a submission gave them in each case: which program gives the same?

    The cases are asked in parts of 1, 1, 2, 4, ...: those first that have told programs apart most often, then the base
    case, then those in which something is wrong.
    """

    def __init__(self, plays: Plays, outputs: Sequence[Output]) -> None:
        self.base = plays[0]
        self.names = {output.name for output in outputs}
        self.wrong = [(one, output) for output in outputs for one in wrong(plays, output)]
        self._counting = {id(one): [output for output in outputs if one.case.grades(output)] for one in plays}
        off = {id(one) for one, _ in self.wrong}
        self._turns = sorted(plays, key=lambda one: (one is not self.base, id(one) not in off))
        self._told = Counter[int]()

    @property
    def speaks(self) -> bool:
        """Is something wrong that can tell programs apart?"""
        return any(speaks(one, output) for one, output in self.wrong)

    def in_turn(self) -> Iterator[Plays]:
        end = 0
        while end < len(self._turns):
            start, end = end, max(1, 2 * end)
            yield tuple(self._turns[start:end])

    def is_like(self, one: Played, play: Play | None) -> bool:
        """Is all that counts in a case what a program gave there? It is noted where it is not."""
        like = play is not None and all(alike(one, output, play) for output in self._counting[id(one)])
        if not like:
            self._told[id(one)] += 1
            self._turns.sort(key=lambda one: -self._told[id(one)])
        return like


class Rehearsed:
    """A hypothesis being played, case by case, as far as it is asked."""

    def __init__(self, evidence: Evidence, hypothesis: Hypothesis) -> None:
        self.hypothesis = hypothesis
        self._evidence = evidence
        self._program: Program | None = None
        self._plays: dict[int, Play] = {}

    def play(self, one: Played) -> Play | None:
        """What the hypothesis gives for the inputs of a case; None where it cannot be played."""
        return self.plays([one])[0]

    def answers(self, question: Question) -> bool:
        """Is all that is asked what this program gives, and does something that is wrong tell so?"""
        return all(
            question.is_like(one, play)
            for part in question.in_turn()
            for one, play in zip(part, self.plays(part), strict=True)
        ) and any(tells(one, output, self._plays[id(one.inputs)]) for one, output in question.wrong)

    def is_like(self, one: Played, output: Output) -> bool:
        """Is an output of a case what this program gives?"""
        play = self.play(one)
        return play is not None and alike(one, output, play)

    def plays(self, asked: Sequence[Played]) -> list[Play | None]:
        """All at once: a player makes objects and calls for a whole batch."""
        missing = [one for one in asked if id(one.inputs) not in self._plays]
        if missing:
            try:
                if self._program is None:
                    self._program = self._evidence.rehearse(dict(self.hypothesis.texts))
                made = self._evidence.natural.play(self._program, [one.inputs for one in missing])
            except StudentFault:  # a hypothesis that cannot be played in these cases explains nothing
                return [None] * len(asked)
            self._plays.update((id(one.inputs), play) for one, play in zip(missing, made, strict=True))
        return [self._plays[id(one.inputs)] for one in asked]


class Search:
    """Hypotheses asked one after another; each is played once. `known` are those with a mistake, `faultless` the
    solution as it is and under each convention."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        turned = [(way, plays) for way, plays in evidence.turned if not plays[0].play.faults]
        self.layouts = [(evidence.group, evidence.plays), *turned]
        self._rehearsed: dict[tuple[tuple[str, str], ...], Rehearsed] = {}
        known = singles(evidence)
        self.faultless = [one for one in known if not one.mistakes]
        # under a convention that turns the arguments the solution fails by itself, so with any mistake
        running = {one.convention for one in self.faultless if one.convention is None or runs(evidence, one)}
        self.known = [one for one in known if one.mistakes and one.convention in running]

    def rehearsed(self, hypothesis: Hypothesis) -> Rehearsed:
        """The same program is played once, whatever it is made of."""
        if hypothesis.texts not in self._rehearsed:
            self._rehearsed[hypothesis.texts] = Rehearsed(self.evidence, hypothesis)
        return self._rehearsed[hypothesis.texts]

    def explanations(
        self, hypotheses: Iterable[Hypothesis], outputs: Sequence[Output], *, screen: bool = True
    ) -> list[Explanation]:
        """Those that give all of `outputs`, under as few conventions as any; none where nothing is wrong. With `screen`
        those whose footprint fits are asked first, the others only if none of these explains."""
        levels: dict[tuple[bool, int], list[tuple[Hypothesis, Explanation, Question]]] = {}
        # what has an unlikely footprint is mostly told by the base case, what has a likely one by others
        asked = [(way, Question(plays, outputs), Question(plays, outputs)) for way, plays in self.layouts]
        asked = [one for one in asked if one[1].speaks]
        for hypothesis in hypotheses:
            for way, *questions in asked:
                base, names = questions[0].base, questions[0].names
                found = Explanation(hypothesis, refused(self.evidence, hypothesis.convention, way))
                unlikely = screen and not footprint(self.evidence, hypothesis, way).fits(base, names)
                level = levels.setdefault((unlikely, len(found.refused)), [])
                level.append((hypothesis, found, questions[unlikely]))
        for _, level in sorted(levels.items(), key=lambda level: level[0]):
            if explained := [
                found for hypothesis, found, question in level if self.rehearsed(hypothesis).answers(question)
            ]:
                return explained
        return []


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
