# expect: batchnorm_forward=failed batchnorm_backward=failed
# expect-failing: batchnorm_forward: contract value running-statistics robustness
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    out, cache = None, None
    if mode == "test":
        out = gamma * (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps) + beta
    else:
        raise ValueError("train comes tomorrow")
    return out, cache


def batchnorm_backward(dout, cache):
    return dout, dout.sum(axis=0), dout.sum(axis=0)
