"""`initial-loss`: the sanity checks that every student of the course knows, asked of the loss at the start of training.

With weights close to zero all classes score alike, so the hinge loss is C-1 and the softmax loss log C, within 1 %.
With regularisation the loss grows by exactly the L2 term. Giving every sample twice changes nothing, since the loss is
a mean. Each of the three earns an equal part of the points.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from grader.checks.base import once_base_is_right
from grader.checks.form import single_number
from grader.checks.points import Shares, carried
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Inputs, Message, Outputs, Value

CLOSE = 0.01  # of C-1, log C and the L2 term
SAME = 1e-6  # of the loss with every sample twice


@dataclass(frozen=True, slots=True)
class Sanity:
    """What is expected of a loss at the start.

    `case` is the name of the case with small weights and no regularisation, `expected(inputs)` its loss and `formula`
    how the course writes that (`C-1`). `unregularised` are the inputs that switch regularisation off and `l2(inputs)`
    is the term by which the loss of the base case exceeds the loss without. `samples` are the inputs that hold one row
    a sample. Where `l2` or `samples` is missing, that part is not asked.
    """

    formula: str
    expected: Callable[[Inputs], float]
    case: str = "smallW"
    unregularised: Mapping[str, Value] | None = None
    l2: Callable[[Inputs], float] | None = None
    samples: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the three questions, its two numbers and how far apart they may be."""

    id: str
    expected: float
    actual: float | None
    tolerance: float

    @property
    def error(self) -> float:
        if self.actual is None:
            return float("inf")
        return abs(self.actual - self.expected) / max(abs(self.expected), 1e-8)

    @property
    def holds(self) -> bool:
        return self.error <= self.tolerance


def initial_loss(shares: Shares, sanity: Sanity) -> Check:
    """Carries the sanity points."""

    def ask(trial: Trial, function: str) -> Finding:
        parts = _parts(trial, sanity)
        failing = [part for part in parts if not part.holds]
        first = parts[0]
        shown: dict[str, Any] = {"formula": sanity.formula, "expected": first.expected, "actual": _shown(first.actual)}
        if failing:
            part = failing[0]
            differs = {"part_expected": part.expected, "part_actual": _shown(part.actual)}
            message = Message(f"checks.initial-loss.{part.id}", {**shown, **differs})
            earned = Fraction(len(parts) - len(failing), len(parts))
            return Finding(CheckStatus.FAILED, message, earned, part.error, part.tolerance)
        return Finding(CheckStatus.PASSED, Message("checks.initial-loss.right", shown), Fraction(1), first.error, CLOSE)

    return Check("initial-loss", carried(shares, "initial-loss"), once_base_is_right(ask))


def _parts(trial: Trial, sanity: Sanity) -> list[_Part]:
    small = next(case for case in trial.group.cases if case.name == sanity.case)
    base = trial.inputs(trial.base)
    further: list[Inputs] = []
    if sanity.l2 is not None:
        further.append({**base, **(sanity.unregularised or {})})
    if sanity.samples:
        further.append({**base, **{name: np.concatenate([base[name]] * 2) for name in sanity.samples}})
    known, more = _loss(trial.plays[trial.base.name].outputs), iter(trial.again(further) if further else [])
    parts = [_Part("start", sanity.expected(trial.inputs(small)), _loss(trial.plays[small.name].outputs), CLOSE)]
    if sanity.l2 is not None:
        without = _loss(next(more).outputs)
        grown = None if known is None or without is None else known - without
        parts.append(_Part("growth", sanity.l2(base), grown, CLOSE))
    if sanity.samples:
        parts.append(_Part("twice", float("nan") if known is None else known, _loss(next(more).outputs), SAME))
    return parts


def _loss(outputs: Outputs) -> float | None:
    return single_number(outputs.get("loss"))


def _shown(value: float | None) -> float | str:
    return "-" if value is None else value
