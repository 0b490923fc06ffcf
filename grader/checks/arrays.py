"""The same numbers in another form: what code that goes by the numbers does not notice."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def every_second(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers as a view that leaves out every second one along every axis."""
    larger = np.zeros([2 * size for size in array.shape], array.dtype)
    view = larger[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


def single(array: NDArray[Any]) -> NDArray[Any]:
    """The numbers in single precision."""
    return array.astype(np.float32)
