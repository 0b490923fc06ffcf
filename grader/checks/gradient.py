"""`gradient`: the outputs that are gradients, on the ordinary cases, against the reference's.

Follow-through: where the own loss is wrong and the gradient is its exact derivative, the gradient earns three quarters
of its points - only the loss has to be mended.
"""

from dataclasses import replace
from fractions import Fraction

from grader.checks.closeness import Verdict
from grader.checks.derivative import Loss, own_derivative, the_loss
from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial, graded
from grader.core import Case, Check, CheckStatus, Finding, Message, Output

FOLLOW_THROUGH = Fraction(3, 4)


def gradient(shares: Shares, *, loss: Loss = the_loss) -> Check:
    """Carries the gradient points; `loss(outputs, inputs)` is what the gradients are the gradient of."""

    def ask(trial: Trial, function: str) -> Finding:
        outputs, cases = trial.outputs(function, "gradient"), trial.cases("ordinary")
        finding = tallied(trial, outputs, cases)
        if finding.status is CheckStatus.PASSED or not _follows(trial, loss):
            return finding

        def credit(case: Case, output: Output, verdict: Verdict) -> Fraction:
            own_loss_wrong = not _values_right(trial, case)
            return max(verdict.credit, FOLLOW_THROUGH) if own_loss_wrong else verdict.credit

        credited = tallied(trial, outputs, cases, credit)
        if credited.earned == finding.earned:
            return finding
        names = ", ".join(output.name for output in outputs)
        return replace(credited, message=Message("checks.gradient.follows", {"outputs": names}))

    return Check("gradient", carried(shares, "gradient"), ask)


def _follows(trial: Trial, loss: Loss) -> bool:
    """Is the gradient the derivative of the own loss, and not merely zero like it?"""
    found = own_derivative(trial, loss)
    return found is not None and found.holds and not found.flat


def _values_right(trial: Trial, case: Case) -> bool:
    values = [output for output in trial.group.outputs if output.share == "value" and graded(case, output)]
    return all(trial.verdict(case, output).right for output in values)
