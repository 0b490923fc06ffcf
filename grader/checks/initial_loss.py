"""`initial-loss`: the sanity checks that every student of the course knows, asked of the loss at the start of training.

With weights close to zero all classes score alike, so the hinge loss is C-1 and the softmax loss log C, within 1 %.
With regularisation the loss grows by exactly the L2 term. Giving every sample twice changes nothing, since the loss is
a mean. Each of the three earns an equal part of the points.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import numpy as np

from grader.checks.base import once_base_is_right
from grader.checks.faults import fault_message
from grader.checks.form import single_number
from grader.checks.points import Shares, carried
from grader.checks.trial import Trial
from grader.core import Case, Check, CheckStatus, Finding, Inputs, Message, Param, Play, Value

CLOSE = 0.01  # of C-1, log C and the L2 term
SAME = 1e-6  # of the loss with every sample twice

Loss = float | Message  # what the program says, or why there is no number


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

    def told(self, id: str, about: Mapping[str, Param]) -> Message:
        """A sentence of a loss of weights; where nothing is regularised, of one of scores."""
        return Message(f"checks.initial-loss.{id}{'' if self.l2 is not None else '-of-scores'}", about)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the three questions, its two numbers and how far apart they may be, relative to what is expected."""

    id: str
    expected: Loss
    actual: Loss
    tolerance: float

    @property
    def fault(self) -> Message | None:
        """Why one of the numbers is not there."""
        return next((one for one in (self.expected, self.actual) if isinstance(one, Message)), None)

    @property
    def error(self) -> float | None:
        if isinstance(self.expected, Message) or isinstance(self.actual, Message):
            return None
        return abs(self.actual - self.expected) / max(abs(self.expected), 1e-8)

    @property
    def holds(self) -> bool:
        return self.error is not None and self.error <= self.tolerance


def initial_loss(shares: Shares, sanity: Sanity) -> Check:
    """Carries the sanity points."""

    def ask(trial: Trial, function: str) -> Finding:
        parts = _parts(trial, sanity)
        failing = [part for part in parts if not part.holds]
        if not failing:
            message = sanity.told("right", _about(sanity, parts[0]))
            return Finding(CheckStatus.PASSED, message, Fraction(1), parts[0].error, CLOSE)
        part = failing[0]
        earned = Fraction(len(parts) - len(failing), len(parts))
        return Finding(CheckStatus.FAILED, _told(sanity, parts[0], part), earned, part.error, part.tolerance)

    return Check("initial-loss", carried(shares, "initial-loss"), once_base_is_right(ask))


def _told(sanity: Sanity, start: _Part, part: _Part) -> Message:
    """What is said of the first part that does not hold; the start holds unless it is that part."""
    if part.fault is not None:
        return part.fault
    differs = {"part_expected": cast(float, part.expected), "part_actual": cast(float, part.actual)}
    return sanity.told(part.id, {**_about(sanity, start), **differs})


def _about(sanity: Sanity, start: _Part) -> dict[str, Param]:
    return {
        "formula": sanity.formula,
        "expected": cast(float, start.expected),
        "actual": cast(float, start.actual),
    }


def _parts(trial: Trial, sanity: Sanity) -> list[_Part]:
    small = next(case for case in trial.group.cases if case.name == sanity.case)
    base, known = trial.inputs(trial.base), _of_case(trial, trial.base)
    further: dict[str, Inputs] = {}
    if sanity.l2 is not None:
        further["growth"] = {**base, **(sanity.unregularised or {})}
    if sanity.samples:
        further["twice"] = {**base, **{name: np.concatenate([base[name]] * 2) for name in sanity.samples}}
    plays = trial.again(list(further.values())) if further else []
    more = {id: _of_play(id, play) for id, play in zip(further, plays, strict=True)}
    parts = [_Part("start", sanity.expected(trial.inputs(small)), _of_case(trial, small), CLOSE)]
    if sanity.l2 is not None:
        parts.append(_Part("growth", sanity.l2(base), _grown(known, more["growth"]), CLOSE))
    if sanity.samples:
        parts.append(_Part("twice", known, more["twice"], SAME))
    return parts


def _grown(regularised: Loss, plain: Loss) -> Loss:
    if isinstance(regularised, Message):
        return regularised
    return plain if isinstance(plain, Message) else regularised - plain


def _of_case(trial: Trial, case: Case) -> Loss:
    """The loss of a case, or what the comparison with the reference says of one that is no finite number."""
    found = single_number(trial.plays[case.name].outputs.get("loss"))
    if found is not None:
        return found
    (output,) = (output for output in trial.group.outputs if output.name == "loss")
    return cast(Message, trial.verdict(case, output).message)


def _of_play(id: str, play: Play) -> Loss:
    found = single_number(play.outputs.get("loss"))
    if found is not None:
        return found
    fault = next(iter(play.faults.values()), None)
    return fault_message(fault) if fault else Message(f"checks.initial-loss.{id}-no-number")
