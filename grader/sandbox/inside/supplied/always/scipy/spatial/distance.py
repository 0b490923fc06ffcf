"""Distances between rows, as `scipy.spatial.distance` gives them."""

import numpy as np

METRICS = {
    "euclidean": lambda gap: np.sqrt(np.sum(gap**2, axis=-1)),
    "sqeuclidean": lambda gap: np.sum(gap**2, axis=-1),
    "cityblock": lambda gap: np.sum(np.abs(gap), axis=-1),
    "chebyshev": lambda gap: np.max(np.abs(gap), axis=-1),
}


def cdist(XA, XB, metric="euclidean"):
    """The distance of each row of the one to each row of the other."""
    XA, XB = np.asarray(XA, dtype=float), np.asarray(XB, dtype=float)
    if metric not in METRICS:
        raise ValueError(f"the metric {metric!r} is not there when code is graded")
    return METRICS[metric](XA[:, None] - XB)  # in C, as SciPy's: its steps are nobody's loop


def euclidean(u, v):
    return METRICS["euclidean"](np.asarray(u, dtype=float) - v)


def sqeuclidean(u, v):
    return METRICS["sqeuclidean"](np.asarray(u, dtype=float) - v)


def cityblock(u, v):
    return METRICS["cityblock"](np.asarray(u, dtype=float) - v)
