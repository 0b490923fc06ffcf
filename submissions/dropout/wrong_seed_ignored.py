# expect: dropout_forward=failed dropout_backward=passed
import numpy as np

rng = np.random.default_rng()


def dropout_forward(x, dropout_param):
    """Another mask at every call, whatever the seed."""
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


def dropout_backward(dout, cache):
    return dout * cache
