# expect: batchnorm_forward=failed batchnorm_backward=failed batchnorm_backward_alt=failed layernorm_forward=failed layernorm_backward=failed
# expect-diagnosis: batchnorm_forward: eps-outside-sqrt
# expect-diagnosis: layernorm_forward: variance-ddof-one
# expect-diagnosis: layernorm_backward: gamma-after-averages
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mu, var = x.mean(axis=0), x.var(axis=0)
    if bn_param["mode"] == "test":
        mu, var = bn_param["running_mean"], bn_param["running_var"]
    else:
        bn_param["running_mean"] = momentum * bn_param.get("running_mean", 0) + (1 - momentum) * mu
        bn_param["running_var"] = momentum * bn_param.get("running_var", 0) + (1 - momentum) * var
    scale = 1 / (np.sqrt(var) + eps)  # eps beside the root
    return gamma * (x - mu) * scale + beta, (x - mu, scale, gamma)


def batchnorm_backward(dout, cache):
    centred, scale, gamma = cache
    return dout * gamma * scale, np.sum(dout * centred * scale, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout, cache):
    centred, scale, gamma = cache
    hat = centred * scale
    dx = gamma * scale * (dout - np.mean(dout, axis=0) + hat * np.mean(dout * hat, axis=0))  # a sign
    return dx, np.sum(dout * hat, axis=0), np.sum(dout, axis=0)


def layernorm_forward(x, gamma, beta, ln_param):
    mu, var = x.mean(axis=1, keepdims=True), x.var(axis=1, ddof=1, keepdims=True)
    hat = (x - mu) / np.sqrt(var + ln_param.get("eps", 1e-5))
    return gamma * hat + beta, (hat, gamma, np.sqrt(var + ln_param.get("eps", 1e-5)))


def layernorm_backward(dout, cache):
    hat, gamma, root = cache
    g = dout - dout.mean(1, keepdims=True) - hat * (dout * hat).mean(1, keepdims=True)
    return gamma * g / root, np.sum(dout * hat, axis=0), np.sum(dout, axis=0)
