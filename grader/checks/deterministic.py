"""`deterministic`: the base case once more, later, under the same seed: the same bits.

Carries no points, and fails the function: whoever returns something else for the same question keeps a state, were it
that of a generator of their own. What is `drawn` may be another one each time: it is the function's task to draw it,
and nobody said from which generator.
"""

from collections.abc import Collection
from fractions import Fraction
from functools import partial

import numpy as np

from grader.checks.base import once_base_is_right
from grader.checks.faults import why_missing
from grader.checks.points import Shares
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message, Output, Play, Value


def deterministic(shares: Shares, *, drawn: Collection[str] = ()) -> Check:
    """Asked of every function of `shares`, but for the outputs `drawn`."""
    return Check("deterministic", dict.fromkeys(shares, Fraction(0)), once_base_is_right(partial(_ask, drawn)))


def _ask(drawn: Collection[str], trial: Trial, function: str) -> Finding:
    first, again = trial.plays[trial.base.name], asked_again(trial)
    for output in trial.outputs(function):
        if output.name in first.outputs and again.faults and output.name not in again.outputs:
            return Finding(CheckStatus.FAILED, why_missing(trial.base, output, again))
        if output.name not in drawn and differs(trial, output):
            return Finding(CheckStatus.FAILED, Message("checks.deterministic.differs", {"output": output.name}))
    return Finding(CheckStatus.PASSED, Message("checks.deterministic.same"), Fraction(1))


def asked_again(trial: Trial) -> Play:
    """The base case, played once more."""
    return trial.remembered("again", lambda: trial.again([trial.inputs(trial.base)])[0])


def differs(trial: Trial, output: Output) -> bool:
    """Does another play of the base case have other bits?"""
    first, again = trial.plays[trial.base.name].outputs, asked_again(trial).outputs
    return not same_bits(first.get(output.name), again.get(output.name))


def same_bits(first: Value, second: Value) -> bool:
    """Are two returned values equal to the last bit (NaN equals NaN)?"""
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(same_bits, first, second))
    if isinstance(first, (np.ndarray, np.generic, int, float)) and isinstance(
        second, (np.ndarray, np.generic, int, float)
    ):
        a, b = np.asarray(first), np.asarray(second)
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(first) is type(second)
