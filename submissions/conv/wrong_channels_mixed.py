# expect: spatial_batchnorm_forward=failed spatial_batchnorm_backward=failed
# expect-diagnosis: spatial_batchnorm_forward: spatial-reshape-without-transpose
import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "test":
        return gamma * (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps) + beta, None
    mu, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = m * bn_param.get("running_mean", 0) + (1 - m) * mu
    bn_param["running_var"] = m * bn_param.get("running_var", 0) + (1 - m) * var
    hat = (x - mu) / np.sqrt(var + eps)
    return gamma * hat + beta, (hat, gamma, np.sqrt(var + eps))


def batchnorm_backward(dout, cache):
    hat, gamma, root = cache
    dgamma, dbeta = (dout * hat).sum(axis=0), dout.sum(axis=0)
    return gamma / root * (dout - dbeta / len(dout) - hat * dgamma / len(dout)), dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.reshape(N * H * W, C), gamma, beta, bn_param)  # the axes are not moved
    return out.reshape(N, C, H, W), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.reshape(N * H * W, C), cache)
    return dx.reshape(N, C, H, W), dgamma, dbeta / (H * W)
