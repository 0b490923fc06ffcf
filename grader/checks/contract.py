"""`contract`: does what comes back have the promised form - arrays of real numbers, of the promised shapes?

Asked of every output of the ordinary cases. The numbers do not matter here: a list with the right entries keeps the
value points and loses these; an axis of length 1 too many is a warning and loses nothing.
"""

from fractions import Fraction

from grader.checks.base import once_base_is_right
from grader.checks.faults import Unusable
from grader.checks.points import Shares, carried
from grader.checks.trial import Trial
from grader.core import Case, Check, CheckStatus, Finding, Message, Tally


def contract(shares: Shares) -> Check:
    """Carries the contract points."""
    return Check("contract", carried(shares, "contract"), once_base_is_right(_ask))


def _ask(trial: Trial, function: str) -> Finding:
    ordinary = trial.cases("ordinary")
    outputs = [output for output in trial.outputs(function) if any(case.grades(output) for case in ordinary)]
    cases = [case for case in ordinary if any(case.grades(output) for output in outputs)]
    asked = [(case, trial.verdict(case, output)) for case in cases for output in outputs if case.grades(output)]
    warnings = tuple({verdict.warning.id: verdict.warning for _, verdict in asked if verdict.warning}.values())
    misformed = [
        (case.name, form) for case, verdict in asked if (form := verdict.form or _other(trial, case, function))
    ]
    names = tuple(dict.fromkeys(name for name, _ in misformed))
    tally = Tally(len(cases) - len(names), len(names), names)
    if not misformed:
        message = Message("checks.contract.right", {"outputs": ", ".join(output.name for output in outputs)})
        return Finding(CheckStatus.PASSED, message, Fraction(1), cases=tally, warnings=warnings)
    form = misformed[0][1]
    earned = Fraction(len(asked) - len(misformed), len(asked))
    return Finding(CheckStatus.FAILED, form, earned, cases=tally, warnings=warnings)


def _other(trial: Trial, case: Case, function: str) -> Message | None:
    """What is wrong with the form of a result whose graded part is right: a forward pass without its cache."""
    fault = trial.plays[case.name].faults.get(function)
    return fault.message if isinstance(fault, Unusable) else None
