# expect: dropout_forward=failed dropout_backward=failed
"""Lists for arrays, and a flat gradient; nothing is scaled."""
import numpy as np


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x.tolist(), 1
    np.random.seed(dropout_param.get("seed"))
    mask = np.random.rand(*x.shape) < dropout_param["p"]
    return x * mask, mask


def dropout_backward(dout, cache):
    return (dout * cache).ravel()
