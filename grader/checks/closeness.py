"""Is what came back what it should be? One metric for every number of every assignment.

`max |s - r| / (|r| + 1e-3 * max|r|)`, the denominator at least 1e-8: relative where an entry is large, absolute on the
scale of the array where it is small, so that correct code never fails on an entry near zero. An output passes when its
shape and its kind of numbers are right, it is finite, and the error is at most the tolerance.

What is no array but holds the right numbers (a list, an array of integers where floats belong) keeps its numbers'
points and fails in `form`, which the contract check reports. An axis of length 1 too many is a warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks.describe import described, place, shape_text
from grader.core import Message, Output, Outputs, Value, Worst

FLOOR = 1e-8  # least denominator
SMALL_ENTRY = 1e-3  # share of the largest entry below which an entry is compared on the array's scale
PRECISION_BAND = 1e-3  # up to here the formula is right and precision was lost
FULL, LOST_PRECISION, NONE = Fraction(1), Fraction(9, 10), Fraction(0)

Numbers = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one output of one case.

    `credit` is the share of its points; `message` says what is wrong with the numbers, `form` what is wrong with the
    type or shape (they are the same where no numbers could be compared).
    """

    credit: Fraction
    message: Message | None = None
    form: Message | None = None
    warning: Message | None = None
    error: float | None = None
    worst: Worst | None = None

    @property
    def right(self) -> bool:
        return self.credit == FULL


def unusable(message: Message) -> Verdict:
    """No numbers to compare."""
    return Verdict(NONE, message=message, form=message)


def compare(output: Output, actual: Outputs, expected: Outputs, *, tolerance: float) -> Verdict:
    """The verdict on one output that was returned (`output.name` is in `actual`)."""
    reference = np.asarray(expected[output.name])
    numbers, form = as_numbers(output, actual[output.name], reference)
    if numbers is None:
        return unusable(form or Message("checks.form.none", {"output": output.name}))
    shaped, warning = _shaped(output, numbers, reference)
    if shaped is None:
        return unusable(_shape_message(output, numbers, reference))
    scale = _scale(output.zero_beside, expected)
    verdict = (
        _integers(output, shaped, reference) if output.integer else _floats(output, shaped, reference, tolerance, scale)
    )
    return Verdict(verdict.credit, verdict.message, form, warning, verdict.error, verdict.worst)


def as_numbers(output: Output, value: Value, reference: Numbers) -> tuple[Numbers | None, Message | None]:
    """`value` as an array of real numbers, and what is wrong with its form; None where it holds no such numbers."""
    about = {"output": output.name, "actual": described(value)}
    if value is None:
        return None, Message("checks.form.none", {"output": output.name})
    if isinstance(value, (list, tuple)):
        return _from_list(value), Message("checks.form.list", {**about, "expected": shape_text(reference.shape)})
    if not isinstance(value, (int, float, np.ndarray, np.generic)):
        return None, Message("checks.form.not-numbers", about)
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        return None, Message("checks.form.kind", about)
    if array.ndim and array.dtype.kind in "iu" and not output.integer:
        return array, Message("checks.form.integers", about)
    return array, None


def _from_list(value: Value) -> Numbers | None:
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "iuf" else None


def _shaped(output: Output, array: Numbers, reference: Numbers) -> tuple[Numbers | None, Message | None]:
    """`array` in the reference's shape, with a warning where axes of length 1 were too many or too few."""
    if array.shape == reference.shape:
        return array, None
    core, wanted = ([n for n in a.shape if n != 1] for a in (array, reference))
    if core != wanted or array.ndim == reference.ndim:
        return None, None
    about = {"output": output.name, "actual": shape_text(array.shape), "expected": shape_text(reference.shape)}
    return array.reshape(reference.shape), Message("warning.extra-axis", about)


def _shape_message(output: Output, array: Numbers, reference: Numbers) -> Message:
    about = {"output": output.name, "actual": shape_text(array.shape), "expected": shape_text(reference.shape)}
    if output.of is not None:
        return Message("checks.form.gradient-shape", {**about, "input": output.of})
    return Message("checks.form.shape", about)


def _scale(siblings: tuple[str, ...], expected: Outputs) -> float | None:
    if not siblings:
        return None
    return max(float(np.max(np.abs(expected[name]), initial=0.0)) for name in siblings)


def _integers(output: Output, actual: Numbers, reference: Numbers) -> Verdict:
    """Labels and counts: equal or not. Whole floats are accepted, as labels often stand in a float array."""
    wrong = np.flatnonzero(np.asarray(actual != reference))
    if wrong.size == 0:
        return Verdict(FULL, error=0.0)
    worst = _entry(output, actual, reference, int(wrong[0]))
    return Verdict(NONE, _numbers_message("checks.wrong-entry", worst), worst=worst)


def _floats(output: Output, actual: Numbers, reference: Numbers, tolerance: float, scale: float | None) -> Verdict:
    s, r = np.asarray(actual, np.float64), np.asarray(reference, np.float64)
    if s.size == 0:
        return Verdict(FULL, error=0.0)
    bad = ~np.isfinite(s) & np.isfinite(r)
    if bad.any():
        worst = _entry(output, s, r, int(np.argmax(bad)))
        return Verdict(NONE, _numbers_message("checks.not-finite", worst), worst=worst)
    errors = relative_errors(s, r, scale)
    at = int(np.argmax(errors))
    error, worst = float(errors.flat[at]), _entry(output, s, r, at)
    if error <= tolerance:
        return Verdict(FULL, error=error, worst=worst)
    credit = LOST_PRECISION if error <= PRECISION_BAND else NONE
    message = _numbers_message("checks.lost-precision" if credit else "checks.wrong", worst, error, tolerance)
    return Verdict(credit, message, error=error, worst=worst)


def relative_errors(s: NDArray[np.float64], r: NDArray[np.float64], scale: float | None = None) -> NDArray[np.float64]:
    """The metric, entry by entry; with `scale` the absolute error on that scale.

    A non-finite entry of the reference must be met exactly: the error is 0 there, or infinite.
    """
    finite = np.isfinite(r)
    if not finite.all():
        same = (s == r) | (np.isnan(s) & np.isnan(r))
        inner = relative_errors(np.where(finite, s, 0.0), np.where(finite, r, 0.0), scale)
        return np.where(finite, inner, np.where(same, 0.0, np.inf))
    size = np.abs(r)
    denominator = size + SMALL_ENTRY * size.max() if scale is None else np.full(r.shape, scale)
    return np.asarray(np.abs(s - r) / np.maximum(denominator, FLOOR))


def _entry(output: Output, actual: Numbers, reference: Numbers, flat: int) -> Worst:
    index = tuple(int(i) for i in np.unravel_index(flat, reference.shape))
    return Worst(output.name, index, float(reference.flat[flat]), float(actual.flat[flat]))


def _numbers_message(id: str, worst: Worst, error: float | None = None, tolerance: float | None = None) -> Message:
    params: Mapping[str, str | float | None] = {
        "output": worst.output,
        "place": place(worst.index),
        "expected": worst.expected,
        "actual": worst.actual,
    }
    return Message(id, params if error is None else {**params, "error": error, "tolerance": tolerance})
