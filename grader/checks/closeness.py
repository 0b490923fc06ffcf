"""Is what came back what it should be? One metric for every number of every assignment.

`max |s - r| / (|r| + 1e-3 * max|r|)`, the denominator at least 1e-8: relative where an entry is large, absolute on the
scale of the array where it is small, so that correct code never fails on an entry near zero. An output passes when its
shape and its kind of numbers are right, it is finite, and the error is at most the tolerance of the case.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks.describe import place
from grader.checks.form import Numbers, form_of
from grader.core import Case, Message, Output, Outputs, Param, Worst

FLOOR = 1e-8  # least denominator
SMALL_ENTRY = 1e-3  # share of the largest entry below which an entry is compared on the array's scale
PRECISION_BAND = 1e-3  # up to here the formula is right and precision was lost
FULL, LOST_PRECISION, NONE = Fraction(1), Fraction(9, 10), Fraction(0)

Array = NDArray[np.float64]


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
    worst: Worst | None = None  # where the numbers are wrong

    @property
    def right(self) -> bool:
        return self.credit is FULL or self.credit == FULL


def unusable(message: Message | None) -> Verdict:
    """No numbers to compare."""
    return Verdict(NONE, message=message, form=message)


def compare(case: Case, output: Output, actual: Outputs, expected: Outputs) -> Verdict:
    """The verdict on one output that was returned (`output.name` is in `actual`)."""
    reference = np.asarray(expected[output.name])
    form = form_of(case, output, actual[output.name], reference)
    if form.numbers is None:
        return unusable(form.fault)
    if output.integer:
        numbers = _integers(case, output, form.numbers, reference)
    else:
        numbers = _floats(case, output, form.numbers, reference, _scale(output, expected))
    if form.fault is None and form.warning is None:
        return numbers
    return Verdict(numbers.credit, numbers.message, form.fault, form.warning, numbers.error, numbers.worst)


def _integers(case: Case, output: Output, actual: Numbers, reference: Numbers) -> Verdict:
    """Labels and counts: equal or not. Whole floats are accepted, as labels often stand in a float array."""
    wrong = np.flatnonzero(np.asarray(actual != reference))
    if wrong.size == 0:
        return Verdict(FULL, error=0.0)
    worst = _entry(output, actual, reference, int(wrong[0]))
    return Verdict(NONE, Message("checks.wrong-entry", _about(case, worst)), worst=worst)


def _floats(case: Case, output: Output, actual: Numbers, reference: Numbers, scale: float | None) -> Verdict:
    s, r = np.asarray(actual, np.float64), np.asarray(reference, np.float64)
    if s.size == 0:
        return Verdict(FULL, error=0.0)
    at, error = _furthest_off(s, r, scale)
    if error <= case.tolerance:
        return Verdict(FULL, error=error)
    bad = ~np.isfinite(s) & np.isfinite(r)
    if bad.any():
        worst = _entry(output, s, r, int(np.argmax(bad)))
        return Verdict(NONE, Message("checks.not-finite", _about(case, worst)), worst=worst)
    worst = _entry(output, s, r, at)
    about = {**_about(case, worst), "error": error, "tolerance": case.tolerance}
    if error <= PRECISION_BAND:
        return Verdict(LOST_PRECISION, Message("checks.lost-precision", about), error=error, worst=worst)
    return Verdict(NONE, Message("checks.wrong", about), error=error, worst=worst)


def _furthest_off(s: Array, r: Array, scale: float | None) -> tuple[int, float]:
    """Place and size of the largest error; of the first that is no number, where there is one. A loss is one number:
    the same arithmetic without arrays."""
    if r.ndim == 0 and scale is None and math.isfinite(size := abs(float(r))):
        return 0, abs(float(s) - float(r)) / max(size + SMALL_ENTRY * size, FLOOR)
    errors = relative_errors(s, r, scale)
    at = int(errors.argmax())
    return at, float(errors.flat[at])


def relative_errors(s: Array, r: Array, scale: float | None = None) -> Array:
    """The metric, entry by entry; with `scale` the absolute error on that scale.

    Where an entry of `r` is not finite it must be met exactly: the error is 0 there, or infinite.
    """
    size = np.abs(r)
    largest = float(size.max())
    if not math.isfinite(largest):
        finite = np.isfinite(r)
        same = (s == r) | (np.isnan(s) & np.isnan(r))
        inner = relative_errors(np.where(finite, s, 0.0), np.where(finite, r, 0.0), scale)
        return np.where(finite, inner, np.where(same, 0.0, np.inf))
    denominator = np.maximum(size + SMALL_ENTRY * largest if scale is None else scale, FLOOR)
    with np.errstate(over="ignore"):
        return np.asarray(np.abs(s - r) / denominator)


def _scale(output: Output, expected: Outputs) -> float | None:
    """The scale of the outputs beside one that is zero by an identity."""
    sizes = [float(np.max(np.abs(expected[name]), initial=0.0)) for name in output.zero_beside]
    return max(sizes) if sizes else None


def _entry(output: Output, actual: Numbers, reference: Numbers, flat: int) -> Worst:
    index = tuple(int(i) for i in np.unravel_index(flat, reference.shape))
    return Worst(output.name, index, float(reference.flat[flat]), float(actual.flat[flat]))


def _about(case: Case, worst: Worst) -> dict[str, Param]:
    return {
        "output": worst.output,
        "place": place(worst.index),
        "case": case.name,
        "expected": worst.expected,
        "actual": worst.actual,
    }
