# expect: conv_forward_naive=passed conv_backward_naive=passed max_pool_forward_naive=passed max_pool_backward_naive=passed spatial_batchnorm_forward=passed spatial_batchnorm_backward=passed
from builtins import range

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    out = None
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    pad = conv_param['pad']
    stride = conv_param['stride']
    H1 = int(1 + (H + 2 * pad - HH) / stride)
    W1 = int(1 + (W + 2 * pad - WW) / stride)
    out = np.zeros((N, F, H1, W1))
    xp = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], 'constant', constant_values=0)
    for n in range(N):
        for f in range(F):
            for i in range(H1):
                for j in range(W1):
                    s = 0.0
                    for c in range(C):
                        for p in range(HH):
                            for q in range(WW):
                                s += xp[n, c, i * stride + p, j * stride + q] * w[f, c, p, q]
                    out[n, f, i, j] = s + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H1, W1 = dout.shape
    xp = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], 'constant', constant_values=0)
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(H1):
                for j in range(W1):
                    db[f] += dout[n, f, i, j]
                    for p in range(HH):
                        for q in range(WW):
                            dw[f, :, p, q] += dout[n, f, i, j] * xp[n, :, i * stride + p, j * stride + q]
                            dxp[n, :, i * stride + p, j * stride + q] += dout[n, f, i, j] * w[f, :, p, q]
    if pad > 0:
        dx = dxp[:, :, pad:-pad, pad:-pad]
    else:
        dx = dxp
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H1 = (H - ph) // stride + 1
    W1 = (W - pw) // stride + 1
    out = np.zeros((N, C, H1, W1))
    for n in range(N):
        for c in range(C):
            for i in range(H1):
                for j in range(W1):
                    biggest = -np.inf
                    for p in range(ph):
                        for q in range(pw):
                            if x[n, c, i * stride + p, j * stride + q] > biggest:
                                biggest = x[n, c, i * stride + p, j * stride + q]
                    out[n, c, i, j] = biggest
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    ph, pw, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    N, C, H1, W1 = dout.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(H1):
                for j in range(W1):
                    win = x[n, c, i * stride:i * stride + ph, j * stride:j * stride + pw]
                    # every tied maximum is fed, as in much of what is published
                    dx[n, c, i * stride:i * stride + ph, j * stride:j * stride + pw] += (win == win.max()) * dout[n, c, i, j]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    if mode == 'train':
        mu, var = x.mean(axis=0), x.var(axis=0)
        xhat = (x - mu) / np.sqrt(var + eps)
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
        cache = (xhat, gamma, np.sqrt(var + eps))
    else:
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
        cache = None
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return gamma * xhat + beta, cache


def batchnorm_backward(dout, cache):
    xhat, gamma, root = cache
    N = dout.shape[0]
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    return gamma / root / N * (N * dout - dbeta - xhat * dgamma), dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    a, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(N * H * W, C), gamma, beta, bn_param)
    return a.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(N * H * W, C), cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta
