"""`numeric-gradient`: the student's gradient against centred differences of the student's own loss.

It informs and carries no points: it says *that* the two do not belong together, the comparison with the reference
says what is wrong. It also grants follow-through credit (`gradient`). Of a loss in single precision it says nothing: a
difference over 1e-5 is lost in the rounding. Nor of a right backward pass behind a wrong forward pass: that one is
answerable for the difference. Nor of a function that answers the same question differently each time.
"""

from fractions import Fraction

import numpy as np

from grader.checks.derivative import ACCEPTED, STEP, Loss, own_derivative, the_loss
from grader.checks.deterministic import differs
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message


def numeric_gradient(*functions: str, loss: Loss = the_loss) -> Check:
    """Asked of the functions that return gradients; `loss(outputs, inputs)` is what they are the gradient of."""

    def ask(trial: Trial, function: str) -> Finding:
        found = own_derivative(trial, loss, function)
        if found is None:
            return Finding(CheckStatus.SKIPPED, Message("checks.numeric-gradient.no-numbers"))
        if not found.holds and _single_precision(trial):
            return Finding(CheckStatus.SKIPPED, Message("checks.numeric-gradient.single-precision", {"h": STEP}))
        if not found.holds and (other := _answerable(trial, function)):
            return Finding(CheckStatus.SKIPPED, Message("checks.numeric-gradient.of-another", {"function": other}))
        if not found.holds and any(differs(trial, output) for output in trial.outputs(function)):
            return Finding(CheckStatus.SKIPPED, Message("checks.numeric-gradient.differs"))
        status, verb = (CheckStatus.PASSED, "is") if found.holds else (CheckStatus.FAILED, "is-not")
        params = {"error": found.error, "tolerance": ACCEPTED, "h": STEP}
        message = Message(f"checks.numeric-gradient.{verb}", params)
        return Finding(status, message, Fraction(int(found.holds)), found.error, ACCEPTED)

    return Check("numeric-gradient", dict.fromkeys(functions, Fraction(0)), ask)


def _answerable(trial: Trial, function: str) -> str | None:
    """The function whose values are wrong on the base case, where all that `function` returns is right there."""
    asked = [output for output in trial.group.outputs if trial.base.grades(output)]
    wrong = [output for output in asked if not trial.verdict(trial.base, output).right]
    if any(output.function == function for output in wrong):
        return None
    return next((output.function for output in wrong if output.share == "value"), None)


def _single_precision(trial: Trial) -> bool:
    """Does a value of the base case come in floats of fewer than 64 bits?"""
    outputs = trial.plays[trial.base.name].outputs
    values = [outputs.get(output.name) for output in trial.group.outputs if output.share == "value"]
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    return any(array.dtype.kind == "f" and array.dtype.itemsize < 8 for array in arrays)
