"""`value`: the outputs that are values, on the ordinary cases, against the reference."""

from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import Check, Finding


def value(shares: Shares) -> Check:
    """Carries the value points."""

    def ask(trial: Trial, function: str) -> Finding:
        return tallied(trial, trial.outputs(function, "value"), trial.cases("ordinary"))

    return Check("value", carried(shares, "value"), ask)
