# expect: dropout_forward=passed dropout_backward=passed
from random import Random

import numpy as np


def dropout_forward(x, dropout_param):
    """Python's own generator, unit by unit; backward is a closure."""
    if dropout_param["mode"] == "test":
        return x, lambda dout: dout
    draw = Random(dropout_param["seed"]) if "seed" in dropout_param else Random(np.random.randint(1 << 30))
    p = dropout_param["p"]
    scale = np.array([1 / p if draw.random() < p else 0.0 for _ in range(x.size)]).reshape(x.shape)
    return np.multiply(x, scale), lambda dout: np.multiply(dout, scale)


def dropout_backward(dout, cache):
    return cache(dout)
