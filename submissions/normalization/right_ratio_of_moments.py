# expect: batchnorm_forward=passed batchnorm_backward=passed layernorm_forward=passed layernorm_backward=passed
import numpy as np


def _moments(x, axis):
    mean = np.sum(x, axis, keepdims=True) / x.shape[axis]
    return mean, np.sum(np.square(x), axis, keepdims=True) / x.shape[axis] - np.square(mean)


def _normalise(x, mean, var, param):
    return (x - mean) / (var + param.get("eps", 1e-5)) ** 0.5


def _pull_back(g, hat, inverse, axis):
    n = g.shape[axis]
    return inverse / n * (n * g - g.sum(axis, keepdims=True) - hat * (g * hat).sum(axis, keepdims=True))


def batchnorm_forward(x, gamma, beta, bn_param):
    if bn_param["mode"] == "test":
        hat = _normalise(x, bn_param["running_mean"], bn_param["running_var"], bn_param)
        return gamma * hat + beta, ()
    mean, var = _moments(x, 0)
    hat = _normalise(x, mean, var, bn_param)
    m = bn_param.get("momentum", 0.9)
    bn_param.update(
        running_mean=(m * bn_param["running_mean"] if "running_mean" in bn_param else 0) + (1 - m) * mean.ravel(),
        running_var=(m * bn_param["running_var"] if "running_var" in bn_param else 0) + (1 - m) * var.ravel(),
    )
    inverse = 1 / (var + bn_param.get("eps", 1e-5)) ** 0.5
    return gamma * hat + beta, lambda dout: (_pull_back(dout * gamma, hat, inverse, 0), (dout * hat).sum(0), dout.sum(0))


def batchnorm_backward(dout, cache):
    return cache(dout)


def layernorm_forward(x, gamma, beta, ln_param):
    mean, var = _moments(x, 1)
    hat = _normalise(x, mean, var, ln_param)
    return gamma * hat + beta, (hat, gamma, 1 / (var + ln_param.get("eps", 1e-5)) ** 0.5)


def layernorm_backward(dout, cache):
    hat, gamma, inverse = cache
    return _pull_back(dout * gamma, hat, inverse, 1), np.diag(dout.T @ hat), dout.sum(0)
