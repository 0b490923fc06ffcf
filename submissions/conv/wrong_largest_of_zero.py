# expect: max_pool_forward_naive=failed max_pool_backward_naive=failed
# expect-failing: max_pool_forward_naive: robustness[all negative]
# expect-failing: max_pool_backward_naive: robustness[2x3 window]
# expect-diagnosis: max_pool_forward_naive: max-started-at-zero
# expect-diagnosis: max_pool_backward_naive: argmax-unraveled-by-height
import numpy as np


def max_pool_forward_naive(x, pool_param):
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - h) // s, 1 + (W - w) // s))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            for a in range(h):
                for b in range(w):
                    out[:, :, i, j] = np.maximum(out[:, :, i, j], x[:, :, i * s + a, j * s + b])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, w, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        place = np.argmax(x[n, c, i * s : i * s + h, j * s : j * s + w])
        dx[n, c, i * s + place // h, j * s + place % h] += dout[n, c, i, j]
    return dx
