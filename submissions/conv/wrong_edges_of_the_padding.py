# expect: conv_forward_naive=passed conv_backward_naive=failed max_pool_forward_naive=passed max_pool_backward_naive=failed
# expect-failing: conv_backward_naive: robustness[pad=0; 1x1 filter]
# expect-failing: max_pool_backward_naive: robustness[overlap; 2x3 window]
# expect-diagnosis: conv_backward_naive: padding-minus-zero-slice
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    Hn, Wn = 1 + (H + 2 * pad - HH) // stride, 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    out = np.zeros((N, F, Hn, Wn))
    for i in range(Hn):
        for j in range(Wn):
            piece = x_pad[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            for k in range(F):
                out[:, k, i, j] = np.sum(piece * w[k], axis=(1, 2, 3))
    return out + b[None, :, None, None], (x_pad, w, stride, pad)


def conv_backward_naive(dout, cache):
    x_pad, w, stride, pad = cache
    F, C, HH, WW = w.shape
    dx_pad, dw = np.zeros_like(x_pad), np.zeros_like(w)
    for n in range(dout.shape[0]):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    a, b = i * stride, j * stride
                    dw[f] += dout[n, f, i, j] * x_pad[n, :, a:a + HH, b:b + WW]
                    dx_pad[n, :, a:a + HH, b:b + WW] += dout[n, f, i, j] * w[f]
    return dx_pad[:, :, pad:-pad, pad:-pad], dw, np.sum(dout, axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H, W = (x.shape[2] - h) // s + 1, (x.shape[3] - w) // s + 1
    out = np.array([[[[np.max(plane[i * s:i * s + h, j * s:j * s + w]) for j in range(W)] for i in range(H)]
                     for plane in image] for image in x])
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, w, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = x[n, c, i * s:i * s + h, j * s:j * s + w]
        dx[n, c, i * s:i * s + h, j * s:j * s + w] = dout[n, c, i, j] * (window == np.max(window))
    return dx
