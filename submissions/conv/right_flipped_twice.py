# expect: conv_forward_naive=passed conv_backward_naive=passed max_pool_forward_naive=passed max_pool_backward_naive=passed
"""The backward pass is a convolution again: the spread dout with the turned filter."""
import numpy as np


def correlate(x, w):
    N, C, H, W = x.shape
    F, _, h, k = w.shape
    out = np.zeros((N, F, H - h + 1, W - k + 1))
    for a in range(h):
        for c in range(k):
            out += np.einsum("ncij,fc->nfij", x[:, :, a:H - h + 1 + a, c:W - k + 1 + c], w[:, :, a, c])
    return out


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    return correlate(x, w)[:, :, ::s, ::s] + b[None, :, None, None], (x, w, s, p)


def conv_backward_naive(dout, cache):
    x, w, s, p = cache
    h, k = w.shape[2:]
    full = np.zeros(dout.shape[:2] + (x.shape[2] - h + 1, x.shape[3] - k + 1))
    full[:, :, ::s, ::s] = dout
    wide = np.pad(full, ((0, 0), (0, 0), (h - 1, h - 1), (k - 1, k - 1)))
    dx = correlate(wide, w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])
    dw = correlate(x.swapaxes(0, 1), full.swapaxes(0, 1)).swapaxes(0, 1)
    return dx[:, :, p:dx.shape[2] - p, p:dx.shape[3] - p], dw, dout.sum((0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    h, k, s = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    out, best = None, None
    for a in range(h):
        for c in range(k):
            part = x[:, :, a:x.shape[2] - h + 1 + a:s, c:x.shape[3] - k + 1 + c:s]
            if out is None:
                out, best = part.copy(), np.zeros(part.shape, int)
            better = part > out
            out[better], best[better] = part[better], a * k + c
    return out, (x.shape, best, pool_param)


def max_pool_backward_naive(dout, cache):
    shape, best, pool_param = cache
    h, k, s = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(shape)
    for a in range(h):
        for c in range(k):
            dx[:, :, a:shape[2] - h + 1 + a:s, c:shape[3] - k + 1 + c:s] += dout * (best == a * k + c)
    return dx
