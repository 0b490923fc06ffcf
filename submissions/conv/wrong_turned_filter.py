# expect: conv_forward_naive=failed conv_backward_naive=failed
# expect-failing: conv_backward_naive: contract gradient robustness
# expect-diagnosis: conv_forward_naive: kernel-flipped
# expect-diagnosis: conv_backward_naive: conv-bias-gradient-per-sample+padding-not-cropped
import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """A convolution as in signal processing: the filter is turned."""
    pad, s = conv_param["pad"], conv_param["stride"]
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    HH, WW = w.shape[2:]
    H = 1 + (x_pad.shape[2] - HH) // s
    W = 1 + (x_pad.shape[3] - WW) // s
    out = np.zeros((x.shape[0], w.shape[0], H, W))
    for i in range(H):
        for j in range(W):
            window = x_pad[:, None, :, i * s : i * s + HH, j * s : j * s + WW]
            out[:, :, i, j] = (window * w[None, :, :, ::-1, ::-1]).sum(axis=(2, 3, 4)) + b
    return out, (x, w, s, pad, x_pad)


def conv_backward_naive(dout, cache):
    x, w, s, pad, x_pad = cache
    HH, WW = w.shape[2:]
    dx, dw = np.zeros_like(x_pad), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            window = x_pad[:, :, i * s : i * s + HH, j * s : j * s + WW]
            dw += np.einsum("nf,nchw->fchw", d, window)
            dx[:, :, i * s : i * s + HH, j * s : j * s + WW] += np.einsum("nf,fchw->nchw", d, w)
    return dx, dw, np.sum(dout, axis=(2, 3))  # neither cropped nor summed over the samples
