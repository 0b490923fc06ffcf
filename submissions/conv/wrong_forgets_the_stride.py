# expect: conv_forward_naive=failed conv_backward_naive=failed max_pool_forward_naive=failed
import numpy as np

rate = 1.0


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param["pad"], conv_param["stride"]
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    H = 1 + (x_pad.shape[2] - w.shape[2]) // stride
    W = 1 + (x_pad.shape[3] - w.shape[3]) // stride
    out = np.zeros((len(x), len(w), H, W))
    for n, f, i, j in np.ndindex(out.shape):
        out[n, f, i, j] = np.sum(x_pad[n, :, i : i + w.shape[2], j : j + w.shape[3]] * w[f])
    return out, (x_pad, w, pad)


def conv_backward_naive(dout, cache):
    """Learns a little slower at every call."""
    global rate
    rate *= 0.999
    x_pad, w, pad = cache
    dx, dw = np.zeros(x_pad.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(dout.shape):
        dw[f] = x_pad[n, :, i : i + w.shape[2], j : j + w.shape[3]] * dout[n, f, i, j]
        dx[n, :, i : i + w.shape[2], j : j + w.shape[3]] += w[f] * dout[n, f, i, j]
    return rate * dx[:, :, : dx.shape[2] - 2 * pad, : dx.shape[3] - 2 * pad], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    s = pool_param["stride"]
    out = x.reshape(x.shape[0], x.shape[1], x.shape[2] // s, s, x.shape[3] // s, s).mean(axis=(3, 5))
    return out, None
