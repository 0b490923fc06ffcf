# expect: dropout_forward=passed dropout_backward=failed
# expect-failing: dropout_backward: gradient[no seed]
# expect-diagnosis: dropout_backward: dropout-mask-redrawn
import numpy as np


def draw(shape, dropout_param):
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    return (np.random.rand(*shape) < dropout_param["p"]) / dropout_param["p"]


def dropout_forward(x, dropout_param):
    return (x * draw(x.shape, dropout_param) if dropout_param["mode"] == "train" else x), dropout_param


def dropout_backward(dout, cache):
    return dout * draw(dout.shape, cache) if cache["mode"] == "train" else dout
