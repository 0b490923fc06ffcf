# expect: batchnorm_forward=failed
# expect-failing: batchnorm_forward: test-mode[test mode] robustness[test mode, eps=0.5; test mode, N=1]
# expect-diagnosis: batchnorm_forward: test-uses-batch-statistics
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mu, var = x.mean(axis=0), x.var(axis=0)
    if bn_param["mode"] == "train":
        bn_param["running_mean"] = momentum * bn_param.get("running_mean", 0) + (1 - momentum) * mu
        bn_param["running_var"] = momentum * bn_param.get("running_var", 0) + (1 - momentum) * var
    return gamma * (x - mu) / np.sqrt(var + eps) + beta, None
