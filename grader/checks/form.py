"""Does a returned value hold real numbers, in the promised shape?

What is no array but holds the right numbers (a list, an array of integers where floats belong) can be compared all the
same: its numbers keep their points, and its form is reported by the contract check. An axis of length 1 too many or too
few is a warning, as (1, D) for (D,).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.checks.describe import described, shape_text
from grader.core import Case, Handle, Message, Output, Param, Value

# What is data: a handle of such a type stands for too much of it.
SENDABLE = frozenset(("list", "tuple", *(f"ndarray of {np.dtype(kind)}" for kind in "bhilqBHILQefd")))
Numbers = NDArray[np.generic]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Form:
    """`numbers` in the shape of the reference, None where they cannot be compared; then `fault` says why."""

    numbers: Numbers | None
    fault: Message | None = None
    warning: Message | None = None


def form_of(case: Case, output: Output, value: Value, reference: Numbers) -> Form:
    """What is to be said of the type and shape of `value`, returned for `output` in `case`."""
    numbers, fault = _numbers(case, output, value, reference)
    if numbers is None or numbers.shape == reference.shape:
        return Form(numbers, fault)
    shapes = {"output": output.name, "actual": shape_text(numbers.shape), "expected": shape_text(reference.shape)}
    if (reshaped := in_shape(numbers, reference.shape)) is not None:
        return Form(reshaped, fault, Message("warning.extra-axis", shapes))
    if output.of is None:
        how = "one-number" if not reference.shape else "shape" if numbers.shape else "only-a-number"
        return Form(None, Message(f"checks.form.{how}", {**shapes, "case": case.name}))
    return Form(None, Message("checks.form.gradient-shape", {**shapes, "case": case.name, "input": output.of}))


def real_numbers(value: Value) -> NDArray[np.float64] | None:
    """A returned value as finite float64 numbers, whatever holds them; None where it holds none."""
    if isinstance(value, (list, tuple)):
        array = _from_list(value)
    else:
        array = np.asarray(value) if isinstance(value, (int, float, np.ndarray, np.generic)) else None
    if array is None or array.dtype.kind not in "iuf":
        return None
    numbers = np.asarray(array, np.float64)
    return numbers if np.isfinite(numbers).all() else None


def as_array(value: Value) -> Value:
    """A list of numbers as the array that it is as good as, where a function may return either; anything else as it
    stands."""
    array = _from_list(value) if isinstance(value, (list, tuple)) else None
    return value if array is None else array.astype(np.float64)


def single_number(value: Value) -> float | None:
    """A returned loss as one finite number, also where it came in an array or a list of one."""
    if type(value) is float:
        return value if math.isfinite(value) else None
    numbers = real_numbers(value)
    return float(numbers.reshape(())) if numbers is not None and numbers.size == 1 else None


def _numbers(case: Case, output: Output, value: Value, reference: Numbers) -> tuple[Numbers | None, Message | None]:
    if value is None:
        return None, Message("checks.form.none", {"output": output.name, "case": case.name})
    if isinstance(value, (list, tuple)):
        array = _from_list(value)
        return array, _of_list(case, output, value, reference.shape, ragged=array is None)
    if not isinstance(value, (int, float, np.ndarray, np.generic)):
        about = {**_about(case, output, value), "expected": shape_text(reference.shape)}
        stayed = isinstance(value, Handle) and value.type in SENDABLE
        return None, Message("checks.form.too-large" if stayed else "checks.form.not-numbers", about)
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":  # booleans, complex numbers, texts, objects
        return None, Message("checks.form.kind", _about(case, output, value))
    if array.ndim and array.dtype.kind in "iu" and not output.integer:
        return array, Message("checks.form.integers", _about(case, output, value))
    return array, None


def _of_list(case: Case, output: Output, value: Sequence[Value], shape: tuple[int, ...], *, ragged: bool) -> Message:
    """What is said of a list or a tuple where an array of this shape, or a number, is asked for."""
    about = {**_about(case, output, value), "expected": shape_text(shape)}
    if not shape:
        return Message("checks.form.list-for-number", about)
    if ragged and len(value) != shape[0]:
        about |= {"count": len(value), "wanted": shape[0]}
        return Message("checks.form.other-length", about)
    return Message("checks.form.list", about)


def _about(case: Case, output: Output, value: Value) -> dict[str, Param]:
    return {"output": output.name, "case": case.name, "actual": described(value)}


def _from_list(value: Value) -> Numbers | None:
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "iuf" else None


def in_shape(array: NDArray[Scalar] | None, shape: tuple[int, ...]) -> NDArray[Scalar] | None:
    """`array` with this shape, where only axes of length 1 are too many or too few: (1, D) for (D,), but never
    (1, D) for (D, 1). None otherwise."""
    if array is None or array.shape == shape:
        return array
    cores = [[size for size in sizes if size != 1] for sizes in (array.shape, shape)]
    return array.reshape(shape) if cores[0] == cores[1] and array.ndim != len(shape) else None
