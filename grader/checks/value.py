"""`value`: the outputs that are values, on the ordinary cases, against the reference."""

from grader.checks.points import Shares, carried
from grader.checks.tally import tallied
from grader.checks.trial import Trial
from grader.core import Check, Finding


def value(shares: Shares, *names: str, id: str = "value") -> Check:
    """Carries the value points; with `names` those of these outputs alone, in a line that may have its own `id`."""

    def ask(trial: Trial, function: str) -> Finding:
        outputs = [output for output in trial.outputs(function, "value") if not names or output.name in names]
        return tallied(trial, outputs, trial.cases("ordinary"))

    return Check(id, carried(shares, id), ask)
