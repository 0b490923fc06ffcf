# expect: conv_forward_naive=passed conv_backward_naive=passed max_pool_forward_naive=passed max_pool_backward_naive=passed spatial_batchnorm_forward=passed spatial_batchnorm_backward=passed
"""No loop over pixels: all windows at once, and the kernel's offsets on the way back."""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def _windows(x, h, w, s):
    N, C, H, W = x.shape
    n, c, i, j = x.strides
    shape = (N, C, (H - h) // s + 1, (W - w) // s + 1, h, w)
    return as_strided(x, shape, (n, c, s * i, s * j, i, j), writeable=False)


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    padded = np.zeros((x.shape[0], x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p), x.dtype)
    padded[:, :, p:p + x.shape[2], p:p + x.shape[3]] = x
    out = np.tensordot(_windows(padded, w.shape[2], w.shape[3], s), w, axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(out + b, -1, 1), dict(padded=padded, w=w, s=s, p=p, size=x.shape[2:])


def conv_backward_naive(dout, cache):
    padded, w, s, p = (cache[key] for key in ("padded", "w", "s", "p"))
    H, W = cache["size"]
    dw = np.einsum("nfij,ncijhw->fchw", dout, _windows(padded, w.shape[2], w.shape[3], s))
    dpadded = np.zeros_like(padded)
    for h in range(w.shape[2]):
        for k in range(w.shape[3]):
            rows = slice(h, h + s * dout.shape[2], s)
            columns = slice(k, k + s * dout.shape[3], s)
            dpadded[:, :, rows, columns] += np.einsum("nfij,fc->ncij", dout, w[:, :, h, k])
    return dpadded[:, :, p:H + p, p:W + p], dw, np.einsum("nfij->f", dout)


def max_pool_forward_naive(x, pool_param):
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = _windows(x, h, w, s)
    return windows.max(axis=(4, 5)), (x, windows, h, w, s)


def max_pool_backward_naive(dout, cache):
    x, windows, h, w, s = cache
    best = windows.reshape(*dout.shape, h * w).argmax(-1)
    n, c, i, j = np.indices(dout.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * s + best // w, j * s + best % w), dout)
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    column = (1, -1, 1, 1)
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    if bn_param["mode"] == "test":
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    else:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param["running_mean"] = momentum * bn_param.get("running_mean", 0) + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param.get("running_var", 0) + (1 - momentum) * var
    root = np.sqrt(var + eps).reshape(column)
    hat = (x - mean.reshape(column)) / root
    return hat * gamma.reshape(column) + beta.reshape(column), (hat, root, gamma.reshape(column))


def spatial_batchnorm_backward(dout, cache):
    hat, root, gamma = cache
    axes = (0, 2, 3)
    g = dout * gamma
    dx = g - g.mean(axes, keepdims=True) - hat * (g * hat).mean(axes, keepdims=True)
    return dx / root, (dout * hat).sum(axes), dout.sum(axes)
