# expect: dropout_forward=failed dropout_backward=passed
import numpy as np

calls = []


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    calls.append(mode)
    if mode == "test":
        return x, 1.0
    np.random.seed(dropout_param.get("seed"))
    p = p + 1e-4 * len(calls) % 0.02  # a little less every time
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, mask


def dropout_backward(dout, cache):
    return dout * cache
