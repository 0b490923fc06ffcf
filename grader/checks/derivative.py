"""Is the student's gradient the derivative of the student's own loss?

Centred differences of the own loss along two Gaussian directions per parameter array, never one over all of them: a
missing bias gradient would drown. Step 1e-5, accepted up to 1e-5. Where that fails, the steps 1e-4 and 1e-6 are asked
as well: slopes that agree are extrapolated (Richardson), slopes that disagree mean that a kink of the loss lies in
between, and the inputs are drawn anew.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from grader.checks.form import in_shape, real_numbers, single_number
from grader.checks.trial import Trial
from grader.core import Inputs, Output, Outputs, Play, Value

STEP = 1e-5
OTHER_STEPS = (1e-4, 1e-6)
ACCEPTED = 1e-5
SAME_SLOPE = 1e-5  # slopes at different steps that differ by more have a kink between them
DIRECTIONS = 2
DRAWS = 4

Array = NDArray[np.float64]
Loss = Callable[[Outputs, Inputs], Value]


@dataclass(frozen=True, slots=True)
class Derivative:
    """The largest relative error of the own gradient against the own loss; `flat` where it is zero throughout."""

    error: float
    flat: bool

    @property
    def holds(self) -> bool:
        return self.error <= ACCEPTED


@dataclass(frozen=True, slots=True)
class Probe:
    """One direction: the input that is moved, how, the slope that the gradient promises, and its natural size."""

    name: str
    direction: Array
    promised: float
    size: float

    def error(self, slope: float) -> float:
        """Relative on the size of the gradient: a direction may be nearly orthogonal to it. Infinite where a number is
        not finite: a gradient whose size overflows would be near to every slope."""
        scale = max(abs(slope), abs(self.promised), self.size, 1e-8)
        error = abs(slope - self.promised) / scale
        return error if math.isfinite(scale) and math.isfinite(error) else math.inf


def the_loss(outputs: Outputs, inputs: Inputs) -> Value:
    """The output named `loss`."""
    return outputs.get("loss")


def upstream(outputs: Outputs, inputs: Inputs) -> Value:
    """The scalar whose derivative a backward pass returns: the sum of `out * dout`."""
    out = real_numbers(outputs.get("out"))
    return None if out is None or out.shape != np.shape(inputs["dout"]) else float(np.sum(out * inputs["dout"]))


def own_derivative(trial: Trial, loss: Loss, function: str) -> Derivative | None:
    """Of the gradients that `function` returns; measured once for all its checks. None where the student's code gave no
    numbers to measure."""
    return trial.remembered(f"own-derivative/{function}", lambda: _measured(trial, loss, function))


def _measured(trial: Trial, loss: Loss, function: str) -> Derivative | None:
    gradients = [output for output in trial.outputs(function, "gradient") if trial.base.grades(output)]
    rng, inputs, play = trial.rng("numeric-gradient"), trial.inputs(trial.base), trial.plays[trial.base.name]
    found = None
    for _ in range(DRAWS):
        probes = _probes(gradients, inputs, play, rng)
        found, kinked = _at(trial, loss, inputs, probes) if probes else (None, False)
        if not kinked:
            break
        inputs = trial.base.draw(rng)
        (play,) = trial.again([inputs])
    return found


def _probes(outputs: Sequence[Output], inputs: Inputs, play: Play, rng: np.random.RandomState) -> list[Probe]:
    """Two directions for every gradient; none at all where one of the gradients is no array of the right shape."""
    probes: list[Probe] = []
    for output in outputs:
        if output.of is None:
            continue
        gradient = in_shape(real_numbers(play.outputs.get(output.name)), np.shape(inputs[output.of]))
        if gradient is None:
            return []
        size = float(np.linalg.norm(gradient))
        for _ in range(DIRECTIONS):
            direction = rng.standard_normal(gradient.shape)
            probes.append(Probe(output.of, direction, float(np.sum(gradient * direction)), size))
    return probes


def _at(trial: Trial, loss: Loss, inputs: Inputs, probes: Sequence[Probe]) -> tuple[Derivative | None, bool]:
    """The derivative at `inputs`, and whether a kink spoiled it."""
    flat = all(probe.size == 0 for probe in probes)
    slopes = _slopes(trial, loss, inputs, probes, STEP)
    if slopes is None:
        return None, False
    error = _worst(probes, slopes)
    if error <= ACCEPTED:
        return Derivative(error, flat), False
    others = [_slopes(trial, loss, inputs, probes, step) for step in OTHER_STEPS]
    if any(other is None for other in others):
        return Derivative(error, flat), False
    wide, narrow = cast(list[list[float]], others)
    for slopes_again in (_extrapolated(wide, slopes), narrow, _extrapolated(slopes, narrow)):
        error = min(error, _worst(probes, slopes_again))
    spread = max(abs(a - b) / max(abs(a), abs(b), p.size, 1e-8) for a, b, p in zip(wide, narrow, probes, strict=True))
    return Derivative(error, flat), error > ACCEPTED and spread > SAME_SLOPE


def _extrapolated(coarse: Sequence[float], fine: Sequence[float]) -> list[float]:
    """Richardson: the error is of order h^2, and the steps are a factor 10 apart."""
    return [(100 * b - a) / 99 for a, b in zip(coarse, fine, strict=True)]


def _worst(probes: Sequence[Probe], slopes: Sequence[float]) -> float:
    return max(probe.error(slope) for probe, slope in zip(probes, slopes, strict=True))


def _slopes(trial: Trial, loss: Loss, inputs: Inputs, probes: Sequence[Probe], step: float) -> list[float] | None:
    """Centred slopes along every probe."""
    moved = [(probe.name, inputs[probe.name] + sign * step * probe.direction) for probe in probes for sign in (1, -1)]
    known = list[float]()
    for outputs, (name, value) in zip(trial.along(inputs, moved), moved, strict=True):
        one = single_number(loss(outputs, {**inputs, name: value}))
        if one is None:
            return None
        known.append(one)
    return [(up - down) / (2 * step) for up, down in zip(known[::2], known[1::2], strict=True)]
