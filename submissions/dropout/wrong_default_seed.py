# expect: dropout_forward=failed dropout_backward=passed
# expect-failing: dropout_forward: mask[no seed]
# expect-diagnosis: dropout_forward: dropout-seed-fixed
import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    rng = np.random.default_rng(dropout_param.get("seed", 231))  # without a seed the same mask at every step
    mask = (rng.random(x.shape) < p) / p
    out = x * mask if dropout_param["mode"] == "train" else x
    return out, (dropout_param["mode"], mask)


def dropout_backward(dout, cache):
    mode, mask = cache
    return dout * mask if mode == "train" else dout
