"""`warning.full-jacobian`: does the backward pass of an elementwise function form the Jacobian?

The Jacobian of a function of single numbers is diagonal, and the course says never to form it: its time and memory grow
with the square of the width. A row of WIDE numbers is passed back, and where that takes long enough to tell, one of
NARROW, an eighth as wide. Measured for WIDE: NumPy 0.1 ms, most of it the call; a loop over the entries 0.5 ms, 3.5
times what it takes for NARROW; a matrix 4 to 13 ms, 19 to 75 times. The seconds are those of the box's own clock, read
outside; the least of eight counts, since other programs may run beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from grader.checks.faults import Unusable
from grader.checks.playing import parts
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Inputs, Message, Raised

WIDE, NARROW = 2048, 256
NOTABLE = 1e-3  # CPU seconds of a call that may have formed a matrix
SQUARE = 11.0  # times as long for WIDE: a loop over the entries takes at most 8, a matrix up to 64
TRIES = 8

Row = Callable[[np.random.RandomState, int], Inputs]  # the inputs of a pair for one sample of that width


def without_jacobian(check: Check, forward: str, backward: str, arguments: Sequence[str], row: Row) -> Check:
    """`check`, which warns where `backward` passed it and forms the Jacobian."""

    def seconds(trial: Trial, width: int, tries: int = TRIES) -> float:
        inputs = row(trial.rng("full-jacobian"), width)
        returned = trial.program.call(forward, *(inputs[name] for name in arguments), hold=(1,)).value
        _, cache = parts(returned, "out", "cache")
        return min(trial.program.call(backward, inputs["dout"], cache).cpu_seconds for _ in range(tries))

    def square(trial: Trial) -> bool:
        try:
            if seconds(trial, WIDE, tries=1) < NOTABLE:
                return False
            return seconds(trial, WIDE) > SQUARE * seconds(trial, NARROW)
        except (Raised, Unusable):
            return False

    def ask(trial: Trial, function: str) -> Finding:
        finding: Finding = check.ask(trial, function)
        if function != backward or finding.status is not CheckStatus.PASSED or not square(trial):
            return finding
        warning = Message("warning.full-jacobian", {"wide": WIDE, "narrow": NARROW})
        return replace(finding, warnings=(*finding.warnings, warning))

    return replace(check, ask=ask)
