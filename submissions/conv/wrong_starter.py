# expect: conv_forward_naive=not-implemented conv_backward_naive=not-implemented max_pool_forward_naive=not-implemented max_pool_backward_naive=not-implemented spatial_batchnorm_forward=not-implemented spatial_batchnorm_backward=not-implemented
# points: 0.00
"""Layers of a convolutional network, written with loops. Images are arrays (N, C, H, W).

A forward pass returns its result and a cache, which is whatever the backward pass needs. A backward pass takes the
upstream gradient dout, which has the shape of the result, and the cache, and returns the gradients of the inputs.
"""

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """x (N, C, H, W), filters w (F, C, HH, WW), biases b (F,); conv_param has "stride" and "pad".

    "pad" zeros are put around each image, without changing x. out is (N, F, H', W') with
    H' = 1 + (H + 2 * pad - HH) / stride, and W' likewise; both divisions come out even.
    """
    out, cache = None, None
    return out, cache


def conv_backward_naive(dout, cache):
    """dout (N, F, H', W') -> dx, dw, db with the shapes of x, w, b."""
    dx, dw, db = None, None, None
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """The largest number of each window; pool_param has "pool_height", "pool_width" and "stride"."""
    out, cache = None, None
    return out, cache


def max_pool_backward_naive(dout, cache):
    """dout (N, C, H', W') -> dx with the shape of x."""
    dx = None
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of each channel of x (N, C, H, W), over all samples and pixels.

    gamma, beta and the running statistics of bn_param are (C,). It may call batchnorm_forward of your own.
    """
    out, cache = None, None
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """dout (N, C, H, W) -> dx (N, C, H, W), dgamma (C,), dbeta (C,)."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta
