"""A report as a student may read it who does not see all of its checks: a pure function of the report and of a rule.

Of a hidden check nothing is left but its title and its points: what it found is taken out of the report before any
form of it is drawn. `never`: it counts, so that its points are told. What it waits for otherwise, the due time or the
release, is when it will be seen: until then it is no part of the points that are shown either. A report is `withheld`
as a whole: nothing of it is shown before staff say so.

Names of mistakes and examples come of all checks together. Beside hidden ones that fell short they are shown only as
far as the visible ones found them too: a name that is exact, where one of its outputs is wrong in a visible check.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from grader.core import CheckResult, CheckStatus, Diagnosis, FunctionResult, FunctionStatus, Message, Report

Why = Literal["never", "due", "release", "withheld"]
Rule = Callable[[str, CheckResult], Why | None]
"""Why a check of the function of that name is hidden; None where it is shown."""

NOT_JUDGED = (FunctionStatus.MISSING, FunctionStatus.NOT_IMPLEMENTED, FunctionStatus.BROKEN)
JUDGED = (FunctionStatus.PASSED, FunctionStatus.FAILED, FunctionStatus.HIDDEN)
WARNS = {"warning.extra-axis": "contract", "warning.full-jacobian": "vectorised"}
"""The check that gives a warning. Others tell of all calls, or of all checks."""
UNCAPPED = "vectorised"  # what a named mistake costs at most leaves it out (`grader.grading.naming`)
NOTHING = Fraction(0)
KEPT_BACK = Message("status.verdict.hidden")


def without_hidden(report: Report, why: Rule) -> Report:
    """`report` without what the checks that `why` hides have found."""
    functions = tuple(_function(one, why) for one in report.functions)
    passing = {one.name for one in functions if one.status in (FunctionStatus.PASSED, FunctionStatus.HIDDEN)}
    functions = tuple(replace(one, follows=None) if one.follows in passing else one for one in functions)
    behind = sum((check.max_points for one in functions for check in one.checks if check.waits), NOTHING)
    limits = report.limits
    if limits is not None and limits.function in {one.name for one in functions if one.status is FunctionStatus.HIDDEN}:
        limits = None
    return replace(report, functions=functions, max_score=report.max_score - behind, limits=limits)


def _function(function: FunctionResult, why: Rule) -> FunctionResult:
    hidden = {check.id: reason for check in function.checks if (reason := why(function.name, check))}
    if not hidden:
        return replace(function, checks=tuple(replace(check, hidden=False) for check in function.checks))
    function = _recapped(function, [id for id, reason in hidden.items() if reason != "never"])
    fell_short = any(check.id in hidden and check.status is CheckStatus.FAILED for check in function.checks)
    seen = [check for check in function.checks if check.id not in hidden]
    told = {check.id for check in seen}
    checks = tuple(
        _erased(check, hidden[check.id]) if check.id in hidden else replace(check, hidden=False)
        for check in function.checks
    )
    counted = [check for check in checks if not check.waits]
    behind = sum((check.max_points for check in checks if check.waits), NOTHING)
    status = _status(function, seen, counted)
    unseen, closed = status is FunctionStatus.HIDDEN, status in JUDGED and not any(map(_wrong, seen))
    return replace(
        function,
        status=status,
        points=sum((check.points for check in counted), NOTHING),
        max_points=function.max_points - behind,
        reason=Message("report.headline.all-hidden", {"function": function.name}) if unseen else function.reason,
        diagnosis=() if closed else _shown_names(function, seen) if fell_short else function.diagnosis,
        checks=checks,
        counterexample=None if closed or fell_short else function.counterexample,
        warnings=tuple(one for one in function.warnings if WARNS.get(one.id) not in hidden and seen),
        pictures=tuple(picture for picture in function.pictures if picture.check in told),
        follows=None if closed else function.follows,
        given_back=NOTHING if closed else function.given_back,
    )


def _erased(check: CheckResult, reason: Why) -> CheckResult:
    """Title and points. Whether it fell short is told by the points, where they are."""
    if reason == "never":
        status = CheckStatus.PASSED if check.points == check.max_points else CheckStatus.FAILED
        return CheckResult(check.id, status, check.points, check.max_points, KEPT_BACK, True)
    return CheckResult(check.id, CheckStatus.SKIPPED, NOTHING, check.max_points, KEPT_BACK, True, waits=reason)


def _status(
    function: FunctionResult, seen: Collection[CheckResult], counted: Collection[CheckResult]
) -> FunctionStatus:
    if function.status in NOT_JUDGED:
        return function.status
    if not counted:
        return FunctionStatus.HIDDEN
    if function.status in (FunctionStatus.RAISED, FunctionStatus.LIMIT) and seen:
        return function.status
    return FunctionStatus.FAILED if any(map(_wrong, counted)) else FunctionStatus.PASSED


def _wrong(check: CheckResult) -> bool:
    return check.status not in (CheckStatus.PASSED, CheckStatus.SKIPPED)


def _shown_names(function: FunctionResult, seen: Collection[CheckResult]) -> tuple[Diagnosis, ...]:
    """The names that the visible checks found as well."""
    wrong = {output for check in seen if _wrong(check) for output in _outputs(check)}
    return tuple(one for one in function.diagnosis if one.certainty == "exact" and _told_by(one) & wrong)


def _told_by(diagnosis: Diagnosis) -> set[str]:
    outputs = diagnosis.text.params.get("outputs")
    return {str(one) for one in outputs} if isinstance(outputs, tuple) else set()


def _outputs(check: CheckResult) -> set[str]:
    """The outputs that a check found wrong."""
    failed = {one.output for one in check.cases.outputs if one.failed} if check.cases else set()
    return failed | ({check.worst.output} if check.worst else set())


def _recapped(function: FunctionResult, without: Collection[str]) -> FunctionResult:
    """The function as if the checks `without` were not asked: what the cap of its mistake gave back is shared out among
    the others alone, so that their points tell nothing of what these lost."""
    if not without or not function.given_back:
        return function
    capped = [check for check in function.checks if check.id != UNCAPPED]
    most = sum((check.max_points - check.points for check in capped), NOTHING)
    share = most / (most + function.given_back)  # of what each lost before
    cap = most / sum((check.max_points for check in capped), NOTHING)
    kept = [check for check in capped if check.id not in without]
    lost = sum(((check.max_points - check.points) / share for check in kept), NOTHING)
    allowed = cap * sum((check.max_points for check in kept), NOTHING)
    factor = min(Fraction(1), allowed / lost) / share if lost else Fraction(1)
    checks = tuple(_losing(check, factor) if check in kept else check for check in function.checks)
    return replace(function, checks=checks, given_back=max(NOTHING, lost - allowed))


def _losing(check: CheckResult, factor: Fraction) -> CheckResult:
    return replace(check, points=check.max_points - factor * (check.max_points - check.points))
