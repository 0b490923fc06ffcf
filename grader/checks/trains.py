"""Does a training loop train? A loop that only asks for losses has right histories, and has learnt nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from grader.checks.form import real_numbers
from grader.checks.trial import Trial
from grader.core import Check, Finding

WHOLE, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)


def where_it_trains(
    parameters: Sequence[str], batches: Sequence[str], asked: str = "batch_rows"
) -> Callable[[Check], Check]:
    """Makes of a check one that is worth nothing where training leaves all `parameters` of the base case as they were
    or hands no minibatch to the loss (the output `asked` is not there); half where it takes them elsewhere, and half
    where one of the outputs `batches` is wrong: its minibatches are none of the samples with their labels."""

    def worth(trial: Trial, function: str) -> Fraction:
        before, after = trial.inputs(trial.base), trial.plays[trial.base.name].outputs
        found = {name: real_numbers(after.get(name)) for name in parameters}
        if asked not in after or all(x is None or np.array_equal(x, before[name]) for name, x in found.items()):
            return NOTHING
        right = {output.name for output in trial.outputs(function) if trial.verdict(trial.base, output).right}
        return (WHOLE if right & set(parameters) else HALF) * (WHOLE if right >= set(batches) else HALF)

    def made(check: Check) -> Check:
        def ask(trial: Trial, function: str) -> Finding:
            finding: Finding = check.ask(trial, function)
            return replace(finding, earned=finding.earned * trial.remembered("trains", lambda: worth(trial, function)))

        return replace(check, ask=ask)

    return made
