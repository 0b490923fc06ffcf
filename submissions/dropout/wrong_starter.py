# expect: dropout_forward=not-implemented dropout_backward=not-implemented
# points: 0.00
"""Dropout."""

import numpy as np


def dropout_forward(x, dropout_param):
    """Inverted dropout of x, an array of any shape.

    dropout_param has "p", the probability that a unit is KEPT, and "mode": in "train" every unit is kept or dropped by
    itself, and kept units are scaled so that the mean of out is that of x; in "test" out is x. With "seed" the same
    seed gives the same mask.
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    out, mask = None, None
    cache = (dropout_param, mask)
    return out, cache


def dropout_backward(dout, cache):
    """dout and dx have the shape of x."""
    dropout_param, mask = cache
    dx = None
    return dx
