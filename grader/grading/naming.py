"""Results without full marks get the name of what is wrong, as far as there is one, and a named mistake is capped.

How much a mistake costs is told by what it is, not by how many cases it spoils: each severity has a share of the
function's points that it costs at most, vectorisation not counted. What is lost beyond is given back, in equal shares
of what each check lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import numpy as np

from grader.checks.source import arguments_at, line_of, names_in
from grader.checks.trial import Trial
from grader.checks.watch import Watch
from grader.core import (
    Assignment,
    CheckResult,
    Diagnosis,
    FunctionResult,
    FunctionStatus,
    Group,
    Inputs,
    Profile,
    Program,
    Severity,
    Value,
)
from grader.diagnosis.evidence import Evidence, Played, Plays
from grader.diagnosis.naming import named
from grader.diagnosis.rehearsal import Rehearsal
from grader.grading.registry import known_mistakes

CAPS: Mapping[Severity, Fraction] = {
    "cosmetic": Fraction(5, 100),
    "convention": Fraction(15, 100),
    "robustness": Fraction(15, 100),
    "one-term": Fraction(40, 100),
    "wrong-quantity": Fraction(1),
}
WRONG = (FunctionStatus.FAILED, FunctionStatus.RAISED)
Results = tuple[FunctionResult, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a group was asked: of which unit it is, the `others` ways to judge it, what the course takes as right, and
    what the submission's generators were seeded with."""

    assignment: Assignment
    others: Sequence[Group]
    profile: Profile
    seed: int


def with_names(asked: Asked, trial: Trial, results: Results) -> Results:
    """The results with diagnoses where there are any."""
    failing = [one.name for one in results if one.status in WRONG and not one.diagnosis]
    if not failing:
        return results
    with np.errstate(all="ignore"):  # wrong programs overflow
        names = named(evidence(asked, trial, results), failing)
    cause = next((name for name, diagnoses in names.items() if diagnoses), None)
    return tuple(_with_name(one, names[one.name], cause, trial) if one.name in names else one for one in results)


def _with_name(
    result: FunctionResult, diagnoses: tuple[Diagnosis, ...], cause: str | None, trial: Trial
) -> FunctionResult:
    """The result with its own names, or with the function whose mistake explains it too."""
    if not diagnoses:
        return replace(result, follows=cause)
    called = replace(result, diagnosis=diagnoses)
    return called if _computes_nothing(trial, result.name) else _capped(called)


def evidence(asked: Asked, trial: Trial, results: Results) -> Evidence:
    """All that is known of the group, as plain data."""
    group = trial.group
    functions = [function.name for function in group.functions]

    def rehearse(texts: Mapping[str, str], seed: int | None = None) -> Program:
        return Watch(Rehearsal(texts), functions, seed=asked.seed if seed is None else seed)

    layouts = [other for other in asked.others if other.play != group.play]
    firsts = [other for at, other in enumerate(layouts) if all(one.play != other.play for one in layouts[:at])]
    accepts = {axis: asked.profile.accepts.get(axis, (option,)) for axis, option in _contract(group, asked).items()}
    return Evidence(
        asked.assignment,
        group,
        _plays(trial),
        {result.name: result for result in results},
        rehearse,
        natural=next((own for own in asked.assignment.groups if own.name == group.name), group),
        ways=(group, *asked.others),
        accepted=frozenset(option for options in accepts.values() for option in options),
        turned=tuple((other, _plays(trial.judged_as(other))) for other in firsts),
        names=partial(names_in, trial.submission),
        arguments=partial(arguments_at, trial.submission),
        line=partial(line_of, trial.submission),
    )


def _contract(group: Group, asked: Asked) -> Mapping[str, str]:
    """The contract's own convention on each axis: that of the way which holds the others."""
    return next((way.ways for way in (group, *asked.others) if way.otherwise), group.ways)


def _plays(trial: Trial) -> Plays:
    return tuple(
        Played(
            case,
            trial.inputs(case),
            trial.expected(case),
            trial.plays[case.name],
            frozenset(
                output.name
                for output in trial.group.outputs
                if case.grades(output) and trial.verdict(case, output).right
            ),
        )
        for case in trial.group.cases
    )


def _computes_nothing(trial: Trial, function: str) -> bool:
    """Is every output an argument handed through, or one number everywhere? That a known mistake does no more than this
    gives nothing back: nobody earns points by `return dout`."""
    inputs, came = trial.inputs(trial.base), trial.plays[trial.base.name].outputs
    values = [came[output.name] for output in trial.outputs(function) if output.name in came]
    return all(_handed_through(value, inputs) or _level(value) for value in values)


def _handed_through(value: Value, inputs: Inputs) -> bool:
    arrays = (given for given in inputs.values() if isinstance(given, np.ndarray))
    return isinstance(value, np.ndarray) and any(np.array_equal(value, given) for given in arrays)


def _level(value: Value) -> bool:
    """Is this an array of one number? A single number may be anything."""
    return isinstance(value, np.ndarray) and value.size > 1 and bool((value == value.flat[0]).all())


def _capped(result: FunctionResult) -> FunctionResult:
    """The result, losing at most what its mistakes cost; what has no name has no cap."""
    first = next(iter(result.diagnosis), None)
    if first is None or first.certainty != "exact":
        return result
    cap = min(Fraction(1), sum((_cost(id, first.severity) for id in first.id.split("+")), Fraction(0)))
    graded_checks = [check for check in result.checks if check.id != "vectorised"]
    most = cap * sum((check.max_points for check in graded_checks), Fraction(0))
    lost = sum((check.max_points - check.points for check in graded_checks), Fraction(0))
    if lost <= most:
        return result
    checks = tuple(_losing(check, most / lost) for check in result.checks)
    points = sum((check.points for check in checks), Fraction(0))
    return replace(result, checks=checks, points=points, given_back=points - result.points)


def _cost(id: str, severity: Severity) -> Fraction:
    """The share of a function that a mistake costs at most, by the table's severity; `severity` is an author's own."""
    return CAPS[known_mistakes().get(id, (severity, 0.0))[0]]


def _losing(check: CheckResult, share: Fraction) -> CheckResult:
    """The check, losing `share` of what it lost."""
    if check.id == "vectorised":
        return check
    return replace(check, points=check.max_points - share * (check.max_points - check.points))
