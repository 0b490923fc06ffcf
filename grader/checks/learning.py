"""`learning`: does the program learn a tiny set by heart? The last sanity check of the course before real training.

Whatever can be learnt is learnt here: a few samples, enough steps. A net that cannot bring its loss down and name
every sample right has a loss or gradient that does not fit, though both may look plausible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from grader.checks.base import Ask, once_base_is_right
from grader.checks.derivative import Array
from grader.checks.faults import Unusable
from grader.checks.form import real_numbers, single_number
from grader.checks.points import Shares
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message, Param, Program, Value

ID = "learning"
FALLEN = 0.8  # of the first loss: the last one must be below
WITHIN = 0.05  # of the reference's accuracy on what was not shown


@dataclass(frozen=True, slots=True)
class Learned:
    """What a training came to: the loss before and after, and the share of the samples that are named right.

    `held_out` is that share of samples that were not shown, `reference` what the reference comes to there, where they
    were asked for; `losses` are those of every step, where they are known.
    """

    first: float
    last: float
    accuracy: float
    held_out: float | None = None
    reference: float | None = None
    losses: tuple[float, ...] = ()


Training = Callable[[Program, np.random.RandomState], Learned]
Step = Callable[[Mapping[str, Array]], tuple[Value, Mapping[str, Value]]]


def learning(shares: Shares, train: Training) -> Check:
    """Carries the `learning` points, where a function has such a share, else it informs.

    `train(program, rng)` trains in the box, with the student's own code or by `descend` from outside.
    """

    def ask(trial: Trial, _: str) -> Finding:
        return found_in(trial.remembered(ID, lambda: train(trial.program, trial.rng(ID))))

    return learning_check(shares, ask)


def learning_check(shares: Shares, ask: Ask) -> Check:
    """The check, by whatever it is asked."""
    points = {function: parts.get(ID, Fraction(0)) for function, parts in shares.items()}
    return Check(ID, points, once_base_is_right(ask))


def found_in(learned: Learned) -> Finding:
    """What is said of a training."""
    about: dict[str, Param] = {"first": learned.first, "last": learned.last, "accuracy": learned.accuracy}
    if not learned.last < FALLEN * learned.first:
        return Finding(CheckStatus.FAILED, Message("checks.learning.loss-stays", about))
    if learned.accuracy < 1.0:
        return Finding(CheckStatus.FAILED, Message("checks.learning.not-by-heart", about))
    if learned.held_out is not None and learned.reference is not None:
        return beside(learned.held_out, learned.reference)
    return Finding(CheckStatus.PASSED, Message("checks.learning.right", about), Fraction(1))


def beside(held_out: float, reference: float) -> Finding:
    """What is said of the shares of samples, not shown before, that are named right: the student's and ours."""
    about: dict[str, Param] = {"held_out": held_out, "reference": reference}
    if held_out < reference - WITHIN:
        return Finding(CheckStatus.FAILED, Message("checks.learning.below-reference", about))
    return Finding(CheckStatus.PASSED, Message("checks.learning.held-out", about), Fraction(1))


def descend(
    step: Step, parameters: Mapping[str, Array], *, rate: float, steps: int
) -> tuple[dict[str, Array], list[float]]:
    """Gradient descent from outside the box: `step(parameters)` gives the student's loss and gradients by name.

    Returns the last parameters and the loss of every step. Raises Unusable where a loss or gradient is no number.
    """
    at, losses = dict(parameters), list[float]()
    for _ in range(steps):
        loss, gradients = step(at)
        if (known := single_number(loss)) is None:
            raise _unusable("loss", loss)
        losses.append(known)
        at = {name: value - rate * _gradient(name, gradients, value) for name, value in at.items()}
    return at, losses


def _gradient(name: str, gradients: Mapping[str, Value], parameter: Array) -> Array:
    gradient = real_numbers(gradients.get(name))
    if gradient is None or gradient.size != parameter.size:
        raise _unusable(name, gradients.get(name))
    return gradient.reshape(parameter.shape)


def _unusable(name: str, value: Value) -> Unusable:
    """What a training ends with: numbers without bounds, or none of the right shape."""
    number = isinstance(value, (float, np.floating, np.ndarray)) and np.asarray(value).dtype.kind == "f"
    kind = "not-finite" if number and not np.isfinite(value).all() else "no-number"
    return Unusable(Message(f"checks.learning.{kind}", {"name": name}))
