"""Do two programs give the same? One question, asked of one output of one case, without leniency towards either.

The metric is that of the checks, `|s - v| / (|v| + 1e-3 max|v|)`, at 1e-7: a hundredth of what a right program may be
off, far above what another order of summation makes, far below what one more wrong term does.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Handle, Output, Outputs, Play, Raised, StudentFault, Value
from grader.diagnosis.evidence import Played

LIKE = 1e-7
FINE = 1e-6  # cases with a coarser tolerance than this are in single precision: there theirs holds
SMALL_ENTRY, FLOOR = 1e-3, 1e-8
ABSENT = object()

Array = NDArray[Any]


def alike(one: Played, output: Output, variant: Play) -> bool:
    """Is `output` in `variant` what the submission gave?"""
    theirs, ours = (play.outputs.get(output.name, ABSENT) for play in (one.play, variant))
    if theirs is ABSENT or ours is ABSENT:
        return theirs is ours and _fault(one.play, output) == _fault(variant, output)
    s, v = as_numbers(theirs), as_numbers(ours)
    if s is None or v is None:
        return _same_values(theirs, ours)
    if output.integer:
        return s.shape == v.shape and bool(np.array_equal(s, v))
    finite = np.isfinite(v)
    if not finite.all():  # whatever an overflow becomes, what matters is that it is one
        if one.case.check == "stability" and output.name not in one.right:
            return True
        if s.shape != v.shape or (np.isfinite(s) != finite).any():
            return False
        s, v = np.where(finite, s, 0.0), np.where(finite, v, 0.0)
    right = output.name in one.right
    return near(s, v, _scale(one, output), tolerance(one)) or (
        right and near(v, np.asarray(one.expected[output.name]), _scale(one, output), one.case.tolerance)
    )


def tells(one: Played, output: Output, variant: Play) -> bool:
    """Of two that are alike in an output: is that no accident, as it is of many that raise the same exception? The same
    numbers tell; overflow tells as such."""
    if not speaks(one, output) or output.name not in variant.outputs:
        return speaks(one, output)
    s, v = (as_numbers(play.outputs[output.name]) for play in (one.play, variant))
    return s is None or v is None or bool(np.isfinite(v).all() or not np.isfinite(s).all())


def speaks(one: Played, output: Output) -> bool:
    """Can what came of an output tell two programs apart? A value can, also one that is left out, and an exception
    about numbers (shapes, indices); that a name is not defined is said of any."""
    if output.name in one.play.outputs:
        return True
    fault = _fault(one.play, output)
    return fault is None or any(letter.isdigit() for letter in fault[1])


def near(s: Array, v: Array, scale: float | None, tolerance: float) -> bool:
    """Are `s` and `v` the same numbers in the same shape, but for axes of length one?"""
    if s.shape != v.shape:
        s, v = s.squeeze(), v.squeeze()
    if s.shape != v.shape or not np.isfinite(s).all():
        return False
    if not v.size:
        return True
    size = np.abs(v)
    floor = np.maximum(size + SMALL_ENTRY * size.max() if scale is None else scale, FLOOR)
    return bool((np.abs(s - v) <= tolerance * floor).all())


def tolerance(one: Played) -> float:
    """How far a hypothesis may be from what came."""
    return LIKE if one.case.tolerance <= FINE else one.case.tolerance


def as_numbers(value: Value) -> Array | None:
    """A returned value as an array of float64, None where it holds no numbers."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # a ragged list
        return None
    return array.astype(np.float64) if array.dtype.kind in "biuf" else None


def _same_values(theirs: Value, ours: Value) -> bool:
    """Are two values the same, of which one at least is no array of numbers?"""
    if type(theirs) is not type(ours):
        return False
    if isinstance(theirs, (list, tuple)):
        return len(theirs) == len(ours) and all(map(_same_values, theirs, ours))
    if isinstance(theirs, dict):
        return theirs.keys() == ours.keys() and all(_same_values(value, ours[key]) for key, value in theirs.items())
    if isinstance(theirs, (np.ndarray, np.generic)):
        return theirs.shape == ours.shape and bool(np.array_equal(theirs, ours))
    return isinstance(theirs, Handle) or bool(theirs == ours)


def _fault(play: Play, output: Output) -> tuple[str, str] | None:
    """What kept an output from coming: the type of an exception, or of another fault, and its words, in no order: which
    of two arrays stands first in a sum is in no number."""
    fault = _fault_of(play, output)
    if fault is None:
        return None
    if isinstance(fault, Raised):
        return fault.type, " ".join(sorted(fault.text.split()))
    return type(fault).__name__, repr(fault.args)


def _fault_of(play: Play, output: Output) -> StudentFault | None:
    """That of the function of an output, or of one before."""
    return play.faults.get(output.function) or next(iter(play.faults.values()), None)


def _scale(one: Played, output: Output) -> float | None:
    """The scale of the outputs beside one that is zero by an identity."""
    sizes = [_largest(one.expected, name) for name in output.zero_beside]
    return max(sizes) if sizes else None


def _largest(expected: Outputs, name: str) -> float:
    return float(np.max(np.abs(np.asarray(expected[name])), initial=0.0))
