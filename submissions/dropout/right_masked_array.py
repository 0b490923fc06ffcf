# expect: dropout_forward=passed dropout_backward=passed
import numpy as np
from numpy.random import default_rng


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] != "train":
        return x, (dropout_param, np.ones_like(x))
    rng = default_rng(dropout_param["seed"] if "seed" in dropout_param else np.random.randint(2**31 - 1))
    drop = rng.random(x.shape) > dropout_param["p"]
    mask = np.ma.array(np.full(x.shape, 1 / dropout_param["p"]), mask=drop).filled(0.0)
    return np.einsum("...,...->...", x, mask), (dropout_param, mask)


def dropout_backward(dout, cache):
    return np.einsum("...,...->...", dout, cache[1])
