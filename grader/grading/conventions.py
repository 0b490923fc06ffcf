"""Courses differ where no one is wrong: a group is judged as the profile has it, and then as others have it.

What falls short as the profile has it, and under another convention is right in every ordinary case, is named: a
`Diagnosis` of severity `convention`. Where the profile accepts that convention it has full marks and a note; else each
convention costs a fixed share of the function's points, vectorisation not counted, and never more than being judged as
the profile has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.checks.faults import Stopped
from grader.checks.trial import Trial
from grader.core import CheckResult, CheckStatus, Diagnosis, FunctionResult, FunctionStatus, Group, Message, Profile
from grader.grading.judge import Known, judged

COST = Fraction(15, 100)  # of a function's points, for each convention that the profile does not accept
HINTS = 3
Results = tuple[FunctionResult, ...]


def ways_of(group: Group, profile: Profile) -> tuple[Group, ...]:
    """All ways to judge `group`: as the handout of the profile has it, then the others, the most similar first."""
    ways = (group, *group.otherwise)
    wanted = {axis: _accepted(profile, axis, option)[0] for axis, option in group.ways.items()}
    chosen = next((way for way in ways if way.ways == wanted), group)
    return tuple(sorted(ways, key=lambda way: len(_differing(chosen, way))))


def accepted(other: Group, asked: Group, profile: Profile) -> bool:
    """Has `other` full marks where the profile asks for the way of `asked`?"""
    differing = _differing(asked, other).items()
    return all(option in _accepted(profile, axis, asked.ways[axis]) for axis, option in differing)


def judged_in_every_way(
    trial: Trial, others: Sequence[Group], profile: Profile, known: Known, stopped: Mapping[str, Stopped]
) -> Results:
    """The results of the group, under the convention that it follows: its own, or one of `others`. Raises LimitHit."""
    asked = judged(trial, known, stopped)
    wrong = (FunctionStatus.FAILED, FunctionStatus.RAISED)
    called = [result.name for result in asked if result.status in (*wrong, FunctionStatus.PASSED)]
    for other in others if any(result.status in wrong for result in asked) else ():
        under = trial.judged_as(other)
        if _follows(under, called):
            differing = _differing(trial.group, other)
            return tuple(
                _credited(one, way, profile, trial.group, differing)
                for one, way in zip(asked, judged(under, known, stopped), strict=True)
            )
    return asked


def _follows(trial: Trial, called: Sequence[str]) -> bool:
    """Is every value and gradient right in every ordinary case, for all functions that are there? One that is right as
    the profile has it and not in this way shows that the others' mistakes are no convention."""
    return all(
        trial.verdict(case, output).right
        for function in called
        for output in trial.outputs(function)
        for case in trial.cases("ordinary")
        if case.grades(output)
    )


def _credited(
    asked: FunctionResult, way: FunctionResult, profile: Profile, group: Group, differing: Mapping[str, str]
) -> FunctionResult:
    """The result between both: as `way` has it, less what the conventions cost."""
    natural = sum(map(_loss, asked.checks, way.checks), Fraction(0))
    if natural <= 0:
        return asked
    refused = {
        axis: option for axis, option in differing.items() if option not in _accepted(profile, axis, group.ways[axis])
    }
    if not refused:
        names = tuple(f"diagnosis.{option}.name" for option in differing.values())
        return replace(way, warnings=(*way.warnings, Message("warning.accepted-convention", {"names": names})))
    graded_points = way.max_points - sum(check.max_points for check in way.checks if check.id == "vectorised")
    share = min(Fraction(1), len(refused) * COST * graded_points / natural)
    checks = tuple(_between(one, other, share) for one, other in zip(asked.checks, way.checks, strict=True))
    return replace(
        way,
        status=FunctionStatus.FAILED,
        points=sum((check.points for check in checks), Fraction(0)),
        checks=checks,
        diagnosis=(_named(refused, group.ways),),
    )


def _loss(asked: CheckResult, way: CheckResult) -> Fraction:
    """The points of a check that are lost by the convention alone; what is vectorised is so under any."""
    by_numbers = asked.status is CheckStatus.FAILED and asked.id != "vectorised"
    return max(way.points - asked.points, Fraction(0)) if by_numbers else Fraction(0)


def _between(asked: CheckResult, way: CheckResult, share: Fraction) -> CheckResult:
    """A check that is right under the convention says what is off as the profile has it, and loses its share."""
    loss = _loss(asked, way)
    shown = asked if loss and way.status is CheckStatus.PASSED else way
    return replace(shown, points=way.points - share * loss)


def _named(refused: Mapping[str, str], asked: Mapping[str, str]) -> Diagnosis:
    about = {
        "names": tuple(f"diagnosis.{option}.name" for option in refused.values()),
        "asked": tuple(f"diagnosis.{asked[axis]}.name" for axis in refused),
        "topics": tuple(f"diagnosis.{axis}.topic" for axis in refused),
    }
    hints = tuple(Message(f"diagnosis.convention.hint-{level}", about) for level in range(1, HINTS + 1))
    return Diagnosis("+".join(refused.values()), "exact", "convention", Message("diagnosis.convention", about), hints)


def _differing(one: Group, other: Group) -> dict[str, str]:
    """The axes on which `other` goes another way than `one`, with its options."""
    return {axis: option for axis, option in other.ways.items() if one.ways.get(axis) != option}


def _accepted(profile: Profile, axis: str, default: str) -> tuple[str, ...]:
    return profile.accepts.get(axis, (default,))
