# expect: batchnorm_forward=not-implemented batchnorm_backward=not-implemented batchnorm_backward_alt=not-implemented layernorm_forward=not-implemented layernorm_backward=not-implemented
# points: 0.00
"""Normalisation layers.

A forward pass returns its result and a cache, which is whatever the backward pass needs. A backward pass takes the
upstream gradient dout, which has the shape of the result, and the cache, and returns the gradients of the inputs.
"""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of x (N, D), scaled by gamma (D,) and shifted by beta (D,).

    In mode "train" the mean and variance are those of the batch, feature by feature (divisor N), and
        running_mean = momentum * running_mean + (1 - momentum) * mean
    and the same for running_var are stored in bn_param. In mode "test" the running ones are used.
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        pass
    elif mode == "test":
        pass
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """dout (N, D) -> dx (N, D), dgamma (D,), dbeta (D,), step by step through mean and variance."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same gradients from one simplified formula. Takes the cache of batchnorm_forward too."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Layer normalisation: mean and variance are taken over the D features of every sample of x (N, D)."""
    eps = ln_param.get("eps", 1e-5)
    out, cache = None, None
    return out, cache


def layernorm_backward(dout, cache):
    """dout (N, D) -> dx (N, D), dgamma (D,), dbeta (D,)."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta
