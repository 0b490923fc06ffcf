"""`robustness`, `stability` and the parts of a network: all outputs on the cases beyond the ordinary ones.

Robustness cases are edges (one sample, two classes, a strided array); stability cases are numbers so large that a
formula as it stands in the book overflows. A function without stability points has its stability cases in `robustness`.
What a function does only when it is told to (normalise, drop out) has cases and points of its own.
"""

from grader.checks.base import once_base_is_right
from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import CaseKind, Check, Finding


def robustness(shares: Shares) -> Check:
    """Carries the robustness points."""

    def ask(trial: Trial, function: str) -> Finding:
        kinds = ("robustness",) if "stability" in shares[function] else ("robustness", "stability")
        return tallied(trial, trial.outputs(function), trial.cases(*kinds))

    return Check("robustness", carried(shares, "robustness"), once_base_is_right(ask))


def stability(shares: Shares) -> Check:
    """Carries the stability points."""
    return part("stability", shares)


def part(id: CaseKind, shares: Shares) -> Check:
    """Carries the points of the cases of this kind."""

    def ask(trial: Trial, function: str) -> Finding:
        return tallied(trial, trial.outputs(function), trial.cases(id))

    return Check(id, carried(shares, id), once_base_is_right(ask))
