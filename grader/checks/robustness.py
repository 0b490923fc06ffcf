"""`robustness` and `stability`: all outputs on the cases beyond the ordinary ones.

Robustness cases are edges (one sample, two classes, a strided array); stability cases are numbers so large that a
formula as it stands in the book overflows. A function without stability points has its stability cases in `robustness`.
"""

from grader.checks.base import once_base_is_right
from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import Check, Finding


def robustness(shares: Shares) -> Check:
    """Carries the robustness points."""

    def ask(trial: Trial, function: str) -> Finding:
        kinds = ("robustness",) if "stability" in shares[function] else ("robustness", "stability")
        return tallied(trial, trial.outputs(function), trial.cases(*kinds))

    return Check("robustness", carried(shares, "robustness"), once_base_is_right(ask))


def stability(shares: Shares) -> Check:
    """Carries the stability points."""

    def ask(trial: Trial, function: str) -> Finding:
        return tallied(trial, trial.outputs(function), trial.cases("stability"))

    return Check("stability", carried(shares, "stability"), once_base_is_right(ask))
