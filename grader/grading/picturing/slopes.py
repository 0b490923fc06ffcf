"""The V-curve: how far a gradient is from differences of its own loss, step by step.

A right gradient gives a V: at large steps the difference is coarse (centred: the error falls by 100 where h falls by
10), at small ones it is lost in the rounding. A wrong gradient gives a flat line, whatever the step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.checks.derivative import ACCEPTED, Loss, the_loss, upstream
from grader.checks.form import single_number
from grader.core import Message, Outputs, Param, Picture, Value
from grader.grading.picturing.few import magnitudes
from grader.grading.picturing.scene import Array, Compared, Scene, public

POWERS = range(-1, -12, -1)  # of ten: the steps h
STEPS = tuple(10.0**power for power in POWERS)
Losses = Callable[[Sequence[Array]], Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through the inputs: `at` moved along `direction`."""

    at: Array
    direction: Array

    def errors(self, losses: Losses, gradient: Array) -> Array:
        """The error of `gradient` at every step, on the size of the slopes; NaN where there was no loss."""
        moved = [self.at + sign * step * self.direction for step in STEPS for sign in (1, -1)]
        numbers = [single_number(loss) for loss in losses(moved)]
        known = np.array([np.nan if number is None else number for number in numbers])
        slopes = (known[::2] - known[1::2]) / (2 * np.array(STEPS))
        promised = float(np.sum(gradient * self.direction))
        size = np.maximum(np.maximum(np.abs(slopes), abs(promised)), max(float(np.linalg.norm(gradient)), 1e-8))
        return np.asarray(np.abs(slopes - promised) / size)


def steps(scene: Scene, one: Compared) -> Picture | None:
    """For a gradient that is wrong, the curve beside the reference's. Raises what the student's code raises."""
    of = one.output.of
    if of is None or not one.finite or not isinstance(scene.inputs.get(of), np.ndarray):
        return None
    at = np.asarray(scene.inputs[of], np.float64)
    line = Line(at, public(f"{scene.trial.group.name}/direction").standard_normal(at.shape))
    loss: Loss = upstream if "dout" in scene.inputs else the_loss

    def told(outputs: Sequence[Outputs], moved: Sequence[Array]) -> list[Value]:
        return [loss(one, {**scene.inputs, of: value}) for one, value in zip(outputs, moved, strict=True)]

    def own(moved: Sequence[Array]) -> list[Value]:
        return told(scene.trial.along(scene.inputs, [(of, value) for value in moved]), moved)

    def ours(moved: Sequence[Array]) -> list[Value]:
        return told([scene.trial.group.reference({**scene.inputs, of: value}) for value in moved], moved)

    reference = line.errors(ours, one.expected)
    yours = line.errors(own, one.actual)
    if not np.isfinite(reference).all() or not np.isfinite(yours).any():
        return None
    return _picture(one, "forward" if loss is upstream else "loss", yours, reference)


def _picture(one: Compared, of: str, yours: Array, reference: Array) -> Picture:
    """`of` says what the gradient is the derivative of."""
    best, at = float(np.nanmin(yours)), int(np.nanargmin(yours))
    about: dict[str, Param] = {"output": one.output.name, "best": best, "reference": float(reference.min())}
    about["h"] = STEPS[at]
    return Picture(
        "steps",
        "numeric-gradient",
        Message("picture.steps.title", {"output": one.output.name}),
        Message(f"picture.steps.{of}-falls" if best <= ACCEPTED else f"picture.steps.{of}-stays", about),
        {"powers": list(POWERS), "yours": magnitudes(yours), "ours": magnitudes(reference)},
    )
