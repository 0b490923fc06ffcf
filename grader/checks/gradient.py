"""`gradient`: the outputs that are gradients, on the ordinary cases, against the reference's.

Follow-through: where the own loss is wrong and the gradient is its exact derivative, the gradient earns three quarters
of its points - only the loss has to be mended. It must be a loss of the kind that is asked for: `sum(W)` has an exact
derivative too. Of this kind is a gradient that changes wherever the reference's does when one array among the inputs
(weights, samples, labels) is drawn anew.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from grader.checks.closeness import PRECISION_BAND, Verdict, relative_errors
from grader.checks.derivative import Loss, own_derivative, the_loss
from grader.checks.form import real_numbers
from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import Case, Check, CheckStatus, Finding, Message, Output, Value

FOLLOW_THROUGH = Fraction(3, 4)


def gradient(shares: Shares, *, loss: Loss = the_loss) -> Check:
    """Carries the gradient points; `loss(outputs, inputs)` is what the gradients are the gradient of."""

    def ask(trial: Trial, function: str) -> Finding:
        cases = trial.cases("ordinary")
        outputs = [one for one in trial.outputs(function, "gradient") if any(case.grades(one) for case in cases)]
        finding = tallied(trial, outputs, cases)
        if finding.status is CheckStatus.PASSED or not _follows(trial, loss, function):
            return finding

        def credit(case: Case, output: Output, verdict: Verdict) -> Fraction:
            follows = verdict.worst is not None and not _values_right(trial, case)  # else no gradient came
            return max(verdict.credit, FOLLOW_THROUGH) if follows else verdict.credit

        credited = tallied(trial, outputs, cases, credit)
        if credited.earned == finding.earned:
            return finding
        off = [one for one in outputs if any(case.grades(one) and not trial.verdict(case, one).right for case in cases)]
        return replace(
            credited, message=Message("checks.gradient.follows", {"outputs": tuple(one.name for one in off)})
        )

    return Check("gradient", carried(shares, "gradient"), ask)


def _follows(trial: Trial, loss: Loss, function: str) -> bool:
    """Is the gradient the derivative of the own loss, and not merely zero like it?"""
    found = own_derivative(trial, loss, function)
    if found is None or not found.holds or found.flat:
        return False
    return trial.remembered(f"kind/{function}", lambda: _of_this_kind(trial, function))


def _of_this_kind(trial: Trial, function: str) -> bool:
    """Does every own gradient of the base case depend on each array that the reference's depends on?"""
    inputs, other = trial.inputs(trial.base), trial.inputs(trial.base, "anew")
    arrays = [name for name, value in inputs.items() if isinstance(value, np.ndarray)]
    changed = [{**inputs, name: other[name]} for name in arrays]
    asked = [trial.group.reference(one) for one in changed]
    given = [play.outputs for play in trial.again(changed)]
    mine, own = trial.expected(trial.base), trial.plays[trial.base.name].outputs
    names = [output.name for output in trial.outputs(function, "gradient") if trial.base.grades(output)]
    return all(
        _differ(own.get(name), outputs.get(name))
        for name in names
        for reference, outputs in zip(asked, given, strict=True)
        if _differ(mine[name], reference[name])
    )


def _differ(one: Value, other: Value) -> bool:
    """Are both numbers, of one shape, and further apart than any rounding?"""
    a, b = real_numbers(one), real_numbers(other)
    if a is None or b is None or a.shape != b.shape or not a.size:
        return False
    return bool(relative_errors(a, b).max() > PRECISION_BAND)


def _values_right(trial: Trial, case: Case) -> bool:
    values = [output for output in trial.group.outputs if output.share == "value" and case.grades(output)]
    return all(trial.verdict(case, output).right for output in values)
