"""Matrices of random numbers: what a ramp, sorted numbers, or one row or column for all others give themselves away by.

Of n rows of m numbers that are drawn one by one, the row means have 1 / m of the variance of the numbers: their sum of
squares over that is a chi-square of n - 1 degrees of freedom. Of k degrees it is more than k + 2 sqrt(k t) + 2 t with a
chance of exp(-t) at most (Laurent and Massart 2000, lemma 1).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

RARE = 21.0  # exp(-21) is 8e-10, the chance of less than six sigma


def one_by_one(W: NDArray[Any]) -> bool:
    """Are neither the means of the rows nor those of the columns of W further apart than of independent numbers?"""
    return all(_apart(table) <= _bound(len(table)) for table in (W, W.T))


def _apart(table: NDArray[Any]) -> float:
    """The sum of squares of the row means about theirs, over the variance that each of them should have."""
    means, variance = table.mean(axis=1, dtype=np.float64), float(table.var(dtype=np.float64))
    return float(np.sum((means - means.mean()) ** 2)) * table.shape[1] / variance if variance > 0 else math.inf


def _bound(degrees: int) -> float:
    return degrees + 2 * math.sqrt(degrees * RARE) + 2 * RARE
