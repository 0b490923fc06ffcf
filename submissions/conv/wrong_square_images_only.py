# expect: conv_forward_naive=failed conv_backward_naive=failed max_pool_forward_naive=failed max_pool_backward_naive=failed
# expect-failing: conv_forward_naive: robustness[5x7 image; 2x4 filter]
# expect-failing: max_pool_forward_naive: robustness[overlap; 4x6 image; 2x3 window; stride>window]
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    p, s = conv_param["pad"], conv_param["stride"]
    N, C, S, _ = x.shape
    F, _, K, _ = w.shape
    x_pad = np.zeros((N, C, S + 2 * p, S + 2 * p))
    x_pad[:, :, p : p + S, p : p + S] = x
    T = (S + 2 * p - K) // s + 1
    out = np.zeros((N, F, T, T))
    for i in range(T):
        for j in range(T):
            patch = x_pad[:, :, i * s : i * s + K, j * s : j * s + K].reshape(N, -1)
            out[:, :, i, j] = patch @ w.reshape(F, -1).T + b
    return out, (x_pad, w, p, s, S)


def conv_backward_naive(dout, cache):
    x_pad, w, p, s, S = cache
    K = w.shape[2]
    dx, dw = np.zeros(x_pad.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(dout.shape):
        dw[f] += dout[n, f, i, j] * x_pad[n, :, i * s : i * s + K, j * s : j * s + K]
        dx[n, :, i * s : i * s + K, j * s : j * s + K] += dout[n, f, i, j] * w[f]
    return dx[:, :, p : p + S, p : p + S], dw, dout.sum(axis=0).sum(axis=1).sum(axis=1)


def max_pool_forward_naive(x, pool_param):
    """2x2 windows side by side."""
    N, C, S, _ = x.shape
    blocks = x.reshape(N, C, S // 2, 2, S // 2, 2)
    out = blocks.max(axis=3).max(axis=4)
    return out, (x, out)


def max_pool_backward_naive(dout, cache):
    x, out = cache
    up = np.ones((1, 1, 2, 2))
    return np.kron(dout, up) * (x == np.kron(out, up))
