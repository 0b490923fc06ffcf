"""One function group in one box: every check asked of every function, and what follows for each function."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from grader.checks.faults import Stopped, Unusable, fault_message
from grader.checks.trial import Trial
from grader.core import (
    Check,
    CheckResult,
    CheckStatus,
    Definition,
    Finding,
    Function,
    FunctionResult,
    FunctionStatus,
    Message,
    Output,
    Play,
    Raised,
    StudentFault,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the functions before anything is called: where they are, what is missing and why, what is
    still the starter's."""

    units: Mapping[str, str]  # function -> the slug that it belongs to
    definitions: Mapping[str, Definition]
    missing: Mapping[str, Message]
    untouched: Collection[str]


def judged(trial: Trial, known: Known, stopped: Mapping[str, Stopped]) -> tuple[FunctionResult, ...]:
    """The results of all functions of the group. `stopped` hit a limit in an earlier box. Raises LimitHit."""
    with np.errstate(all="ignore"):  # what overflows here did so in numbers that a student's code returned
        return tuple(_result(trial, function, known, stopped) for function in trial.group.functions)


def not_called(
    function: Function, checks: tuple[Check, ...], known: Known, faults: Mapping[str, Stopped]
) -> FunctionResult | None:
    """The result of a function that need not be called: it is missing, still the starter's, or hit a limit before."""
    if function.name in known.missing:
        return _without_points(function, checks, known, FunctionStatus.MISSING, known.missing[function.name])
    if function.name in faults:
        reason = fault_message(faults[function.name])
        return _without_points(function, checks, known, FunctionStatus.LIMIT, reason)
    if function.name in known.untouched:
        reason = Message("checks.not-implemented", {"function": function.name})
        return _without_points(function, checks, known, FunctionStatus.NOT_IMPLEMENTED, reason)
    return None


def _result(trial: Trial, function: Function, known: Known, stopped: Mapping[str, Stopped]) -> FunctionResult:
    checks = trial.group.checks
    if (early := not_called(function, checks, known, stopped)) is not None:
        return early
    if _stub(trial, function.name):
        reason = Message("checks.not-implemented", {"function": function.name})
        return _without_points(function, checks, known, FunctionStatus.NOT_IMPLEMENTED, reason)
    asked = [(check, _asked(trial, check, function.name)) for check in checks if function.name in check.points]
    results = tuple(_check_result(check, function.name, finding) for check, finding in asked)
    raised = _always_raised(trial, function.name)
    failed = any(result.status is CheckStatus.FAILED for result in results)
    definition = known.definitions.get(function.name)
    return FunctionResult(
        function.name,
        FunctionStatus.RAISED if raised else FunctionStatus.FAILED if failed else FunctionStatus.PASSED,
        points=sum((result.points for result in results), Fraction(0)),
        max_points=function.points,
        unit=known.units[function.name],
        file=definition.path if definition else None,
        line=definition.line if definition else None,
        reason=fault_message(raised) if raised else None,
        checks=results,
        warnings=_warnings(trial, function, [finding for _, finding in asked], failed=failed),
    )


def _asked(trial: Trial, check: Check, function: str) -> Finding:
    """What the check finds. A fault of the student's that it meets is its finding; a dead box ends the group."""
    try:
        return check.ask(trial, function)
    except StudentFault as fault:
        if trial.program.dead:
            raise
        return Finding(CheckStatus.FAILED, fault_message(fault))


def _check_result(check: Check, function: str, finding: Finding) -> CheckResult:
    points = check.points[function]
    return CheckResult(
        check.id,
        finding.status,
        points * finding.earned,
        points,
        finding.message,
        check.hidden,
        finding.error,
        finding.tolerance,
        finding.worst,
        finding.cases,
    )


def _without_points(
    function: Function, checks: tuple[Check, ...], known: Known, status: FunctionStatus, reason: Message
) -> FunctionResult:
    """Every check is skipped for the same reason."""
    definition = known.definitions.get(function.name)
    return FunctionResult(
        function.name,
        status,
        Fraction(0),
        function.points,
        known.units[function.name],
        file=definition.path if definition else None,
        line=definition.line if definition else None,
        reason=reason,
        checks=tuple(
            CheckResult(check.id, CheckStatus.SKIPPED, Fraction(0), check.points[function.name], reason, check.hidden)
            for check in checks
            if function.name in check.points
        ),
    )


def _stub(trial: Trial, function: str) -> bool:
    """Does every output of every case look like an empty body: None, NotImplementedError, zeros?"""
    return all(
        _empty(trial.plays[case.name], output)
        for case in trial.group.cases
        for output in trial.outputs(function)
        if case.grades(output)
    )


def _empty(play: Play, output: Output) -> bool:
    fault, value = play.faults.get(output.function), play.outputs.get(output.name)
    if isinstance(fault, Raised):
        return fault.type == "NotImplementedError"
    if output.name not in play.outputs and play.faults:
        return isinstance(fault, Unusable) and fault.empty  # else another function stood in the way
    if isinstance(value, (int, float, np.ndarray, np.generic)):
        array = np.asarray(value)
        return array.dtype.kind in "iuf" and not array.any()
    return value is None


def _always_raised(trial: Trial, function: str) -> Raised | None:
    """The first exception, where the function raised in every case that asks something of it."""
    outputs = trial.outputs(function)
    asked = [case for case in trial.group.cases if any(case.grades(output) for output in outputs)]
    faults = [trial.plays[case.name].faults.get(function) for case in asked]
    first = faults[0] if faults else None
    return first if isinstance(first, Raised) and all(isinstance(fault, Raised) for fault in faults) else None


def _warnings(trial: Trial, function: Function, findings: list[Finding], *, failed: bool) -> tuple[Message, ...]:
    """What costs nothing by itself and is worth saying: each kind once."""
    found = [warning for finding in findings for warning in finding.warnings]
    mutated = sorted(trial.program.mutated.get(function.name, ()))
    if mutated and not function.mutates:
        names = ", ".join(_argument(function, position) for position in mutated)
        how = "input-mutated-and-wrong" if failed else "input-mutated"
        found.append(Message(f"warning.{how}", {"argument": names}))
    if function.name in trial.program.drew and not function.draws:
        found.append(Message("warning.random-state"))
    return tuple({warning.id: warning for warning in found}.values())


def _argument(function: Function, position: str) -> str:
    """The name of a changed argument, which the box knows by position or keyword."""
    names = function.signature.partition(")")[0].strip("( ").split(",")
    if not position.isdecimal() or int(position) >= len(names):
        return position
    return names[int(position)].partition("=")[0].strip()
