"""The precision in which references compute."""

import numpy as np
from numpy.typing import NDArray

DOUBLE = np.dtype(np.float64)


def wide(x: object) -> NDArray[np.float64]:
    """`x` in double precision at least. Complex numbers stay complex, though the type does not say so: the tests of a
    reference differentiate it by a complex step."""
    array = np.asarray(x)
    return array if array.dtype == DOUBLE else array.astype(np.result_type(array, DOUBLE), copy=False)
