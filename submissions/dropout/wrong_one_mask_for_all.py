# expect: dropout_forward=failed dropout_backward=failed
# expect-failing: dropout_forward: mask[base; p=0.3; p=0.5; p=0.95; no seed] robustness[seeds; 4-D x; float32]
# expect-diagnosis: dropout_forward: dropout-mask-shared
# expect-diagnosis: dropout_backward: dropout-backward-mask-missing
import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if dropout_param["mode"] == "test":
        return x, None
    mask = (np.random.rand(*x.shape[1:]) < p) / p  # one row for the whole batch
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout  # every unit learns
