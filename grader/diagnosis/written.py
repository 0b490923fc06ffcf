"""Values as the Python that makes them again, to the last bit: what a snippet hands to a student's function.

Nothing here writes text of a student's: inputs are ours, and a function among them says itself how it is written (its
attribute `python`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Value

USUAL = (np.float64, np.int64)  # what `np.array` makes of numbers by itself


class Unwritable(Exception):
    """There is no short Python for this value."""


def written(value: Value) -> str:
    """The expression that makes `value`. Raises Unwritable for what is neither data nor a function that says how it is
    written."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{written(key)}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return bracketed(value, map(written, value))
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    return ascii(value) if value is None or isinstance(value, (bool, int, float, str)) else _function(value)


def bracketed(value: list[Value] | tuple[Value, ...], items: Iterable[str]) -> str:
    """`items` as the list or the tuple that `value` is."""
    text = ", ".join(items)
    if isinstance(value, list):
        return f"[{text}]"
    return f"({text},)" if len(value) == 1 else f"({text})"


def _array(array: NDArray[Any]) -> str:
    """In memory row by row, or column by column; a view in steps has no short Python."""
    if not np.isfinite(array).all():
        raise Unwritable("an array with numbers that have no name")
    kind = array.dtype.type
    empty = array.size == 0
    dtype = "" if kind in USUAL and not empty else f", dtype=np.{kind.__name__}"
    text = f"np.zeros({array.shape}{dtype})" if empty else f"np.array({array.tolist()}{dtype})"
    if array.flags.c_contiguous:
        return text
    if array.flags.f_contiguous:
        return f"np.asfortranarray({text})"
    raise Unwritable("a view into a larger array")


def _function(value: Any) -> str:
    """A function of ours, or a type of numbers."""
    if isinstance(value, type) and issubclass(value, np.number):
        return f"np.{value.__name__}"
    python = getattr(value, "python", None)
    if not isinstance(python, str):
        raise Unwritable(type(value).__name__)
    return python
