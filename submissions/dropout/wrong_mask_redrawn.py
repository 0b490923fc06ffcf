# expect: dropout_forward=passed dropout_backward=failed
# expect-diagnosis: dropout_backward: dropout-mask-redrawn
import numpy as np


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, dropout_param
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    p = dropout_param["p"]
    return x * (np.random.rand(*x.shape) < p) / p, dropout_param


def dropout_backward(dout, cache):
    if cache["mode"] == "test":
        return dout
    return dout * (np.random.rand(*dout.shape) < cache["p"]) / cache["p"]
