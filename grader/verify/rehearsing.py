"""Is a mistake given its name, and never another? Wrong programs of ours, rehearsed as if they were handed in.

*Held out*: a program whose mistake the library does not know. *Pairs*: a program with two mistakes. What is named there
has to be true: a program that is named is played once more with numbers drawn anew, beside the one that is meant, and
gives the same. Nothing of this needs a box: all the text is ours, and what is asked is how names are found.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product

from grader.checks.trial import Situations, Trial
from grader.checks.watch import Watch
from grader.core import Assignment, Group, Message, Mistake, Profile
from grader.diagnosis.evidence import Evidence, Played
from grader.diagnosis.hypotheses import Hypothesis, composed
from grader.diagnosis.likeness import alike
from grader.diagnosis.naming import named
from grader.diagnosis.rehearsal import Rehearsal
from grader.grading import seeds
from grader.grading.conventions import ways_of
from grader.grading.naming import Asked, evidence
from grader.verify.breach import Breach
from grader.verify.equivalent import equivalent
from grader.verify.subjects import axis_of, solution

AFRESH = "{} afresh"  # the seed of the numbers on which a name is held against the truth
CALLS = 5  # what generators are seeded with

Ids = tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """One group of an assignment, on one seed, where programs of ours are played."""

    assignment: Assignment
    group: Group
    seed: str

    @cached_property
    def _situations(self) -> Situations:
        secret = seeds.from_text(self.seed)
        prefix = f"{self.assignment.slug}/"
        return Situations(seeds.lender(secret, prefix), seeds.lender(secret, prefix))

    @cached_property
    def ways(self) -> tuple[Group, ...]:
        return ways_of(self.group, Profile())

    def trial(self, program: Hypothesis) -> Trial:
        names = [function.name for function in self.group.functions]
        watch = Watch(Rehearsal(dict(program.texts)), names, seed=CALLS)
        return Trial(self.ways[0], solution(self.assignment).submission, watch, self._situations)

    def evidence(self, program: Hypothesis, library: Sequence[Mistake]) -> Evidence:
        """What a grader that knows of `library` has to go by, where `program` is handed in."""
        asked = Asked(replace(self.assignment, mistakes=tuple(library)), self.ways[1:], Profile(), CALLS)
        return evidence(asked, self.trial(program), ())

    def names(self, program: Hypothesis, library: Sequence[Mistake]) -> Mapping[str, Ids]:
        """The exact names of each function, given by a grader that knows of `library`; several are alternatives."""
        found = named(self.evidence(program, library), list(failing(self.trial(program))))
        exact = {name: tuple(one.id for one in told if one.certainty == "exact") for name, told in found.items()}
        return {name: ids for name, ids in exact.items() if ids}

    def same(self, one: Hypothesis, other: Hypothesis, functions: Sequence[str]) -> bool:
        """Do two programs give the same in all cases, where `functions` are answerable?"""
        ours, theirs = self.trial(one), self.trial(other)
        return all(
            alike(_played(theirs, number), output, ours.plays[case.name])
            for number, case in enumerate(self.group.cases)
            for output in self.group.outputs
            if output.function in functions and case.grades(output)
        )


def _played(trial: Trial, number: int) -> Played:
    case = trial.group.cases[number]
    right = {output.name for output in trial.group.outputs if case.grades(output) and trial.verdict(case, output).right}
    return Played(case, trial.inputs(case), trial.expected(case), trial.plays[case.name], frozenset(right))


def failing(trial: Trial) -> Iterator[str]:
    """The functions with an output that is wrong."""
    for function in trial.group.functions:
        verdicts = (
            trial.verdict(case, output)
            for output in trial.outputs(function.name)
            for case in trial.group.cases
            if case.grades(output)
        )
        if not all(verdict.right for verdict in verdicts):
            yield function.name


# --------------------------------------------------------------------------- what is asked


def held_out(assignment: Assignment, number: int, seed: str) -> tuple[str, list[Breach]]:
    """What becomes of a mistake that the library does not know: `named` as something that is the same, or `unnamed`;
    `unseen` where no number is wrong. Whatever else it is named as is a breach."""
    truth = assignment.mistakes[number]
    library = [one for one in assignment.mistakes if one.id != truth.id]
    return _asked(assignment, (truth,), library, seed)


def paired(assignment: Assignment, numbers: tuple[int, int], seed: str) -> tuple[str, list[Breach]]:
    """What becomes of a program with two mistakes: `both`, `one` or `none` of them named, or `unseen`."""
    truth = tuple(assignment.mistakes[number] for number in numbers)
    return _asked(assignment, truth, assignment.mistakes, seed)


def _asked(
    assignment: Assignment, truth: tuple[Mistake, ...], library: Sequence[Mistake], seed: str
) -> tuple[str, list[Breach]]:
    program = composed(assignment, truth)
    if program is None:
        return "unseen", []
    stage = Stage(assignment, group_of(assignment, truth[0]), seed)
    given = stage.names(program, library)
    breaches = list(untrue(stage, program, given))
    return _outcome(stage, program, given), breaches


def _outcome(stage: Stage, program: Hypothesis, given: Mapping[str, Ids]) -> str:
    if not any(True for _ in failing(stage.trial(program))):
        return "unseen"
    if len(program.mistakes) == 1:
        return "named" if given else "unnamed"
    said = {part for ids in given.values() for id in ids for part in id.split("+")}
    found = {mistake.id for mistake in program.mistakes} & said
    alone = any(_sufficient(stage, program, mistake) for mistake in program.mistakes)
    return "unseen" if alone else ("none", "one", "both")[len(found)]


def _sufficient(stage: Stage, program: Hypothesis, mistake: Mistake) -> bool:
    """Does one of two mistakes give the same as both? Then the other is not there to be found."""
    alone = composed(stage.assignment, (mistake,))
    return alone is not None and stage.same(alone, program, list(_names(stage.group)))


def untrue(stage: Stage, program: Hypothesis, given: Mapping[str, Ids]) -> Iterator[Breach]:
    """The names that are not true."""
    true = [mistake.id for mistake in program.mistakes]
    for function, ids in given.items():
        beside = [
            part for other, alternatives in given.items() if other != function for part in alternatives[0].split("+")
        ]
        if not any(_true(stage, program, function, id, beside) for id in ids):
            about = {"expected": "+".join(true), "actual": ", ".join(ids)}
            yield Breach(Message("verify.wrong-name", about), function)


def _true(stage: Stage, program: Hypothesis, function: str, id: str, beside: Sequence[str]) -> bool:
    """Is a function of `program` rightly called by `id`? By its own mistakes it is, and by what is declared to be the
    same; by others only if they do what it does with other numbers too, alone or `beside` what the other functions are
    called. One mistake is never called by another one without a declaration."""
    told, true = id.split("+"), [mistake.id for mistake in program.mistakes]
    if set(told) <= set(true) or (len(told) == 1 and any(equivalent(told[0], one) for one in true)):
        return True
    if len(told) == len(true) == 1 and not axis_of([stage.group], id):
        return False
    afresh = replace(stage, seed=AFRESH.format(stage.seed))
    meant = chain(_meant(stage, told), _meant(stage, [*told, *beside]) if beside else ())
    return any(afresh.same(one, program, [function]) for one in meant)


def _meant(stage: Stage, told: Sequence[str]) -> Iterator[Hypothesis]:
    """The programs that a name may stand for: several mistakes of a group may have one id."""
    known = stage.assignment.mistakes
    conventions = [part for part in told if axis_of([stage.group], part)]
    mistakes = product(*([one for one in known if one.id == part] for part in told if part not in conventions))
    under: list[Mistake | None] = [one for one in known if one.id in conventions]
    made = (composed(stage.assignment, chosen, convention) for chosen in mistakes for convention in under or [None])
    yield from (one for one in made if one is not None)


# --------------------------------------------------------------------------- who is asked


def hideable(assignment: Assignment) -> list[int]:
    """The mistakes that are none of the conventions, by number."""
    groups = _groups(assignment)
    return [number for number, one in enumerate(assignment.mistakes) if axis_of(groups, one.id) is None]


def chosen_pairs(assignment: Assignment, count: int) -> list[tuple[int, int]]:
    """`count` pairs of mistakes of one group that go together, always the same."""
    known = hideable(assignment)
    groups = [set(_names(group)) for group in _groups(assignment)]
    together = [
        (one, other)
        for at, one in enumerate(known)
        for other in known[at + 1 :]
        if any({assignment.mistakes[number].function for number in (one, other)} <= names for names in groups)
        and assignment.mistakes[one].id != assignment.mistakes[other].id
    ]
    random.Random(assignment.slug).shuffle(together)  # noqa: S311  a choice, no secret
    fitting = (pair for pair in together if composed(assignment, [assignment.mistakes[one] for one in pair]))
    return [pair for pair, _ in zip(fitting, range(count), strict=False)]


def group_of(assignment: Assignment, mistake: Mistake) -> Group:
    """The group that a mistake stands in."""
    return next(group for group in _groups(assignment) if mistake.function in _names(group))


def _groups(assignment: Assignment) -> tuple[Group, ...]:
    return assignment.groups_of(solution(assignment).submission)


def _names(group: Group) -> Iterator[str]:
    return (function.name for function in group.functions)
