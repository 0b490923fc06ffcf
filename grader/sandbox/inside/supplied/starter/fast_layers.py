"""Convolution and max pooling without loops over the images, under all the names that the course has for them."""

import numpy as np


def _windows(x, height, width, stride):
    """(N, C, out_height, out_width, height, width)."""
    seen = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    return seen[:, :, ::stride, ::stride]


def conv_forward_fast(x, w, b, conv_param):
    """x (N, C, H, W), filters w (F, C, HH, WW), b (F,); out (N, F, out_height, out_width) and a cache."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.einsum("nchwij,fcij->nfhw", _windows(padded, *w.shape[2:], stride), w, optimize=True)
    return out + b[:, None, None], (padded, w, stride, pad)


def conv_backward_fast(dout, cache):
    """The gradients of x, w and b."""
    padded, w, stride, pad = cache
    dw = np.einsum("nchwij,nfhw->fcij", _windows(padded, *w.shape[2:], stride), dout, optimize=True)
    dpadded = np.zeros_like(padded)
    height, width = dout.shape[2:]
    for i, j in np.ndindex(*w.shape[2:]):
        part = np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j], optimize=True)
        dpadded[:, :, i : i + stride * height : stride, j : j + stride * width : stride] += part
    dx = dpadded[:, :, pad : dpadded.shape[2] - pad, pad : dpadded.shape[3] - pad]
    return dx, dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_fast(x, pool_param):
    """The largest of each window, and a cache."""
    height, width, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    windows = _windows(x, height, width, stride)
    flat = windows.reshape(*windows.shape[:4], -1)
    return flat.max(axis=-1), (x.shape, flat.argmax(axis=-1), width, stride)


def max_pool_backward_fast(dout, cache):
    """The gradient of x: all of a window's goes to its first largest entry."""
    shape, chosen, width, stride = cache
    n, c, h, w = np.indices(dout.shape)
    dx = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dx, (n, c, h * stride + chosen // width, w * stride + chosen % width), dout)
    return dx


conv_forward_im2col = conv_forward_strides = conv_forward_fast
conv_backward_im2col = conv_backward_strides = conv_backward_fast
max_pool_forward_im2col = max_pool_forward_reshape = max_pool_forward_fast
max_pool_backward_im2col = max_pool_backward_reshape = max_pool_backward_fast
