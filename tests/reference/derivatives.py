"""Derivatives that know nothing of a reference's formulas: the complex step, and centred differences."""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grader.checks.closeness import relative_errors
from grader.core import Case, Group, Inputs, Outputs

Array = NDArray[np.float64]
Scalar = Callable[[Outputs, Inputs], complex]
TINY = 1e-30  # the complex step has no cancellation, so it may be as small as one likes
SIXTH_ORDER = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
PLAIN = {1: 1 / 2}


def complex_step(group: Group, inputs: Inputs, name: str, scalar: Scalar) -> Array:
    """The imaginary part of the scalar at x + ih, over h: exact to rounding."""
    slopes = np.zeros(np.shape(inputs[name]))
    for index in np.ndindex(*slopes.shape):
        moved = np.asarray(inputs[name]).astype(complex)
        moved[index] += TINY * 1j
        at = {**inputs, name: moved}
        slopes[index] = scalar(group.reference(at), at).imag / TINY
    return slopes


def centred(
    group: Group, inputs: Inputs, name: str, scalar: Scalar, *, h: float, stencil: Mapping[int, float] = SIXTH_ORDER
) -> Array:
    """Centred differences, of sixth order where nothing else is asked for."""
    slopes = np.zeros(np.shape(inputs[name]))
    for index, (steps, weight), sign in product(np.ndindex(*slopes.shape), stencil.items(), (1, -1)):
        moved = np.array(inputs[name], np.float64)
        moved[index] += sign * steps * h
        at = {**inputs, name: moved}
        slopes[index] += sign * weight * scalar(group.reference(at), at).real / h
    return slopes


def the_loss(outputs: Outputs, inputs: Inputs) -> complex:
    return complex(outputs["loss"])


def upstream(outputs: Outputs, inputs: Inputs) -> complex:
    """The scalar whose derivative a backward pass returns."""
    return complex(np.sum(outputs["out"] * inputs["dout"]))


def gradients(group: Group) -> list[tuple[str, str]]:
    """The gradients of a group: the output's name, and that of the input it belongs to."""
    return [(output.name, output.of) for output in group.outputs if output.of is not None]


def smooth(case: Case) -> bool:
    """Does every graded output have one value there, and the inputs double precision?"""
    return case.graded is None and case.name != "float32"


def furthest(actual: object, expected: Array) -> float:
    """The largest relative error, by the metric of the checks."""
    return float(relative_errors(np.asarray(actual, np.float64).reshape(expected.shape), expected).max(initial=0.0))
