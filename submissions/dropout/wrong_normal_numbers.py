# expect: dropout_forward=failed dropout_backward=passed
# expect-failing: dropout_forward: mask[p=0.3; p=0.5; p=0.95; no seed] robustness
# expect-diagnosis: dropout_forward: dropout-normal-mask
import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = (np.random.randn(*x.shape) < p) / p if dropout_param["mode"] == "train" else 1.0
    return x * mask, mask


def dropout_backward(dout, cache):
    return dout * cache
