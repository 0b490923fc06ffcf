# expect: spatial_batchnorm_forward=passed spatial_batchnorm_backward=passed
"""Batch normalization was another week: it is imported."""
import numpy as np

from layers import batchnorm_backward, batchnorm_forward


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    swapped = np.moveaxis(x, 1, -1)
    out, cache = batchnorm_forward(swapped.reshape(-1, swapped.shape[-1]), gamma, beta, bn_param)
    return np.moveaxis(out.reshape(swapped.shape), -1, 1), cache


def spatial_batchnorm_backward(dout, cache):
    swapped = np.swapaxes(dout, 0, 1).reshape(dout.shape[1], -1).T
    dx, dgamma, dbeta = batchnorm_backward(swapped, cache)
    return np.swapaxes(dx.T.reshape(dout.shape[1], dout.shape[0], *dout.shape[2:]), 0, 1), dgamma, dbeta
