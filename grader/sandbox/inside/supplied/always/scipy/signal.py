"""Convolutions in two dimensions, as `scipy.signal` gives them; slow and plain."""

import numpy as np

BOUNDARIES = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    """The sums of products with the second array shifted over the first."""
    in1, in2 = np.asarray(in1), np.asarray(in2)
    if mode == "valid" and in2.shape > in1.shape:
        return correlate2d(in2, in1, mode, boundary, fillvalue)[::-1, ::-1]
    full = _full(in1, np.conj(in2), boundary, fillvalue)
    return _cut(full, in1.shape, in2.shape, mode, [size // 2 for size in in2.shape])


def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    """The same with the second array turned around."""
    in1, in2 = np.asarray(in1), np.asarray(in2)
    if mode == "valid" and in2.shape > in1.shape:
        in1, in2 = in2, in1
    full = _full(in1, in2[::-1, ::-1], boundary, fillvalue)
    return _cut(full, in1.shape, in2.shape, mode, [(size - 1) // 2 for size in in2.shape])


def _full(large, small, boundary, fillvalue):
    around = [(size - 1, size - 1) for size in small.shape]
    filling = {"constant_values": fillvalue} if boundary == "fill" else {}
    padded = np.pad(large, around, mode=BOUNDARIES[boundary], **filling)
    return np.einsum("ijkl,kl->ij", np.lib.stride_tricks.sliding_window_view(padded, small.shape), small)


def _cut(full, large, small, mode, begin):
    if mode == "full":
        return full
    if mode == "same":
        return full[begin[0] :, begin[1] :][: large[0], : large[1]]
    return full[small[0] - 1 : large[0], small[1] - 1 : large[1]]
