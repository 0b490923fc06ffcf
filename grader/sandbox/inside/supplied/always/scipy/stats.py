"""The part of `scipy.stats` that a vote among neighbours uses."""

from collections import namedtuple

import numpy as np

ModeResult = namedtuple("ModeResult", ("mode", "count"))


def mode(a, axis=0, nan_policy="propagate", keepdims=True):
    """The most common value, the smallest of several, and how often it comes; the axis stays, with length 1, as it
    did for as long as courses have used it."""
    a = np.asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    if a.size == 0:
        return ModeResult(np.array([]), np.array([]))
    most = np.apply_along_axis(_most_common, axis, a)
    value, count = np.take(most, 0, axis), np.take(most, 1, axis).astype(int)
    value = value.astype(a.dtype)
    if keepdims:
        value, count = np.expand_dims(value, axis), np.expand_dims(count, axis)
    return ModeResult(value, count)


def _most_common(row):
    values, counts = np.unique(row, return_counts=True)
    best = np.argmax(counts)
    return np.array([values[best], counts[best]])
