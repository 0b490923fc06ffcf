# expect: dropout_forward=failed dropout_backward=passed
# expect-diagnosis: dropout_forward: vanilla-dropout
# points: 9.25
import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x * p, None
    np.random.seed(dropout_param.get("seed"))
    mask = np.random.rand(*x.shape) < p
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout if mask is None else dout * mask
