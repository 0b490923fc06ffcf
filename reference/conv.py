"""conv: convolution, max pooling and batch normalisation of images (N, C, H, W), as plain as they can be written.

`conv_forward_naive(x, w, b, conv_param)` slides each filter w (F, C, HH, WW) over x, with zeros around it (`pad`) and
`stride` pixels from window to window, without flipping it: a cross-correlation, as everywhere in the field.
`max_pool_forward_naive(x, pool_param)` takes the largest number of each window. Windows tile the input in every case,
and no two numbers of an image are the same where one of them is the largest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from grader.checks import wide
from grader.checks.arrays import single
from grader.checks.batch_norm import Batch, batch_norm_layer
from grader.checks.layer import layer
from grader.core import Assignment, Case, Inputs, Outputs

Array = NDArray[np.float64]
APART = 0.05  # between two pixels that are pooled, before the jitter

# --------------------------------------------------------------------------- the solution


def windows(x: Array, height: int, width: int, stride: int) -> Array:
    """All windows of x: (N, C, H', W', height, width), a view."""
    return sliding_window_view(x, (height, width), axis=(2, 3))[:, :, ::stride, ::stride]


def overlaid(parts: Array, shape: tuple[int, ...], stride: int) -> Array:
    """The transposed of `windows`: each window's part (N, C, H', W', height, width) added where the window lay."""
    total = np.zeros(shape, parts.dtype)
    rows, columns, height, width = parts.shape[2:]
    for i, j in product(range(height), range(width)):
        down, right = slice(i, i + stride * rows, stride), slice(j, j + stride * columns, stride)
        total[:, :, down, right] += parts[..., i, j]
    return total


def conv(inputs: Inputs) -> Outputs:
    """out[n, f, i, j] = sum over c, h, w of window[n, c, i, j, h, w] * w[f, c, h, w] + b[f]."""
    x, w, b, dout = (wide(inputs[name]) for name in ("x", "w", "b", "dout"))
    stride, pad = inputs["conv_param"]["stride"], inputs["conv_param"]["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    seen = windows(padded, w.shape[2], w.shape[3], stride)
    spread = np.einsum("nfij,fchw->ncijhw", dout, w)
    height, width = x.shape[2:]
    return {
        "out": np.einsum("ncijhw,fchw->nfij", seen, w) + b[:, None, None],
        "dx": overlaid(spread, padded.shape, stride)[:, :, pad : pad + height, pad : pad + width],
        "dw": np.einsum("ncijhw,nfij->fchw", seen, dout),
        "db": dout.sum(axis=(0, 2, 3)),
    }


def max_pool(inputs: Inputs) -> Outputs:
    """The largest number of each window; its gradient goes to where that number was."""
    x, dout, param = wide(inputs["x"]), wide(inputs["dout"]), inputs["pool_param"]
    height, width, stride = param["pool_height"], param["pool_width"], param["stride"]
    seen = windows(x, height, width, stride)
    flat = seen.reshape(*seen.shape[:4], height * width)
    largest = flat.real.argmax(axis=-1)[..., None]
    chosen = (np.arange(height * width) == largest).reshape(seen.shape)
    return {
        "out": np.take_along_axis(flat, largest, axis=-1)[..., 0],
        "dx": overlaid(chosen * dout[..., None, None], x.shape, stride),
    }


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Filtered:
    """Draws x (n, c, height, width), w (f, c, *filter), b and dout; `shape` comes last."""

    image: tuple[int, int, int, int]
    filters: tuple[int, int, int]
    stride: int = 1
    pad: int = 1
    shape: Callable[[Array], NDArray[np.floating]] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        n, c, *size = self.image
        f, *window = self.filters
        tiles = [tiled(length + 2 * self.pad, part, self.stride) for length, part in zip(size, window, strict=True)]
        drawn = {"x": self.image, "w": (f, c, *window), "b": (f,), "dout": (n, f, *tiles)}
        arrays = {name: self.shape(rng.standard_normal(size)) for name, size in drawn.items()}
        return {**arrays, "conv_param": {"stride": self.stride, "pad": self.pad}}


@dataclass(frozen=True, slots=True)
class Pooled:
    """Draws x and dout; no two numbers of x are closer than `APART` / 2.

    Every window holds a positive number, the least of these is `APART`; with `negative` the largest of all is -2.
    """

    image: tuple[int, int, int, int]
    window: tuple[int, int]
    stride: int
    negative: bool = False
    shape: Callable[[Array], NDArray[np.floating]] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        count = int(np.prod(self.image))
        x = APART * (rng.permutation(count) + rng.uniform(-0.25, 0.25, count)).reshape(self.image)
        x -= x.max() + 2 if self.negative else windows(x, *self.window, self.stride).max(axis=(4, 5)).min() - APART
        tiles = [tiled(length, part, self.stride) for length, part in zip(self.image[2:], self.window, strict=True)]
        dout = rng.standard_normal((*self.image[:2], *tiles))
        param = {"pool_height": self.window[0], "pool_width": self.window[1], "stride": self.stride}
        return {"x": self.shape(x), "dout": self.shape(dout), "pool_param": param}


def tiled(length: int, window: int, stride: int) -> int:
    """How many windows fit, which must use up the whole length."""
    count, rest = divmod(length - window, stride)
    if rest:
        raise ValueError(f"windows of {window} do not tile {length} at stride {stride}")
    return count + 1


def fitted(inputs: Inputs, window: tuple[int, ...], stride: int, pad: int = 0) -> Inputs:
    """The same with as much of `dout` as there are windows. Raises ValueError where they do not tile the image."""
    tiles = tuple(
        tiled(length + 2 * pad, part, stride) for length, part in zip(inputs["x"].shape[2:], window, strict=True)
    )
    dout = inputs["dout"][:, :, : tiles[0], : tiles[1]].copy(order="K")
    if dout.shape[2:] != tiles:
        raise ValueError(f"an upstream gradient {dout.shape} for {tiles} windows")
    return {**inputs, "dout": dout}


def convolved(inputs: Inputs) -> Inputs:
    param = inputs["conv_param"]
    return fitted(inputs, inputs["w"].shape[2:], param["stride"], param["pad"])


def pooled(inputs: Inputs) -> Inputs:
    param = inputs["pool_param"]
    return fitted(inputs, (param["pool_height"], param["pool_width"]), param["stride"])


def cases(ordinary: Mapping[str, Any], edges: Mapping[str, Any], float32: Any) -> Iterator[Case]:
    """Cases by name, and one in single precision."""
    yield from (Case(name, draw) for name, draw in ordinary.items())
    yield from (Case(name, draw, "robustness") for name, draw in edges.items())
    yield Case("float32", float32, "robustness", tolerance=1e-3)


# Ordinary images and windows are square: code for nothing else is common, and is wrong on the edges only.
CONV_CASES = tuple(
    cases(
        {
            "base": Filtered((2, 3, 5, 5), (4, 3, 3), stride=2),
            "stride=1": Filtered((3, 2, 3, 3), (2, 3, 3)),
        },
        {
            "pad=0": Filtered((2, 3, 4, 4), (2, 3, 3), pad=0),
            "5x7 image": Filtered((1, 2, 5, 7), (3, 3, 3), stride=2),
            "2x4 filter": Filtered((2, 2, 3, 5), (3, 2, 4)),
            "1x1 filter": Filtered((2, 3, 3, 3), (5, 1, 1), pad=0),
            "pad=2": Filtered((1, 2, 3, 3), (3, 3, 3), pad=2),
            "stride=3": Filtered((2, 2, 4, 4), (3, 3, 3), stride=3),
            "N=C=F=1": Filtered((1, 1, 4, 4), (1, 3, 3)),
            "F-order": Filtered((2, 3, 3, 3), (2, 3, 3), shape=np.asfortranarray),
        },
        Filtered((2, 3, 3, 3), (2, 3, 3), shape=single),
    )
)

POOL_CASES = tuple(
    cases(
        {
            "base": Pooled((2, 3, 4, 4), (2, 2), 2),
            "6x6 image": Pooled((3, 2, 6, 6), (2, 2), 2),
        },
        {
            "overlap": Pooled((2, 2, 5, 5), (3, 3), 2),
            "4x6 image": Pooled((2, 3, 4, 6), (2, 2), 2),
            "2x3 window": Pooled((2, 3, 4, 5), (2, 3), 1),
            "all negative": Pooled((2, 3, 4, 4), (2, 2), 2, negative=True),
            "stride>window": Pooled((2, 3, 5, 5), (2, 2), 3),
            "N=C=1": Pooled((1, 1, 4, 4), (2, 2), 2),
            "F-order": Pooled((3, 2, 4, 4), (2, 2), 2, shape=np.asfortranarray),
        },
        Pooled((2, 3, 4, 4), (2, 2), 2, shape=single),
    )
)

SPATIAL_CASES = (
    Case("base", Batch((3, 2, 4, 5))),
    Case("momentum=0.3", Batch((2, 4, 5, 3), momentum=0.3)),
    Case("eps=0.5", Batch((2, 3, 4, 5), eps=0.5), "robustness"),
    Case("N=1", Batch((1, 3, 4, 5)), "robustness"),
    Case("C=1", Batch((3, 1, 4, 5)), "robustness"),
    Case("std 1e-2", Batch((2, 3, 4, 5), spread=1e-2), "robustness"),
    Case("mode only", Batch((2, 3, 5, 4), first=True), "robustness"),
    Case("F-order", Batch((2, 3, 4, 5), fortran=True), "robustness"),
    Case("float32", Batch((2, 3, 4, 5), dtype=np.float32), "robustness", tolerance=1e-3),
)
SPATIAL_TEST_CASES = (
    Case("test mode", Batch((2, 3, 5, 4), mode="test")),
    Case("test mode, eps=0.5", Batch((2, 3, 5, 4), mode="test", eps=0.5), "robustness"),
    Case("test mode, N=1", Batch((1, 3, 5, 4), mode="test"), "robustness"),
)

# --------------------------------------------------------------------------- the handout

STARTER = '''"""Layers of a convolutional network, written with loops. Images are arrays (N, C, H, W).

A forward pass returns its result and a cache, which is whatever the backward pass needs. A backward pass takes the
upstream gradient dout, which has the shape of the result, and the cache, and returns the gradients of the inputs.
"""

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    """x (N, C, H, W), filters w (F, C, HH, WW), biases b (F,); conv_param has "stride" and "pad".

    "pad" zeros are put around each image, without changing x. out is (N, F, H', W') with
    H' = 1 + (H + 2 * pad - HH) / stride, and W' likewise; both divisions come out even.
    """
    out, cache = None, None
    return out, cache


def conv_backward_naive(dout, cache):
    """dout (N, F, H', W') -> dx, dw, db with the shapes of x, w, b."""
    dx, dw, db = None, None, None
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    """The largest number of each window; pool_param has "pool_height", "pool_width" and "stride"."""
    out, cache = None, None
    return out, cache


def max_pool_backward_naive(dout, cache):
    """dout (N, C, H', W') -> dx with the shape of x."""
    dx = None
    return dx


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of each channel of x (N, C, H, W), over all samples and pixels.

    gamma, beta and the running statistics of bn_param are (C,). It may call batchnorm_forward of your own.
    """
    out, cache = None, None
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    """dout (N, C, H, W) -> dx (N, C, H, W), dgamma (C,), dbeta (C,)."""
    dx, dgamma, dbeta = None, None, None
    return dx, dgamma, dbeta
'''

SOLUTION = """import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride

    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top : top + HH, left : left + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape

    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    dx_pad = np.zeros(x_pad.shape)
    dw = np.zeros(w.shape)
    db = np.sum(dout, axis=(0, 2, 3))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top : top + HH, left : left + WW]
                    dw[f] += window * dout[n, f, i, j]
                    dx_pad[n, :, top : top + HH, left : left + WW] += w[f] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


def max_pool_forward_naive(x, pool_param):
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    H_out = 1 + (H - pool_height) // stride
    W_out = 1 + (W - pool_width) // stride

    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + pool_height, left : left + pool_width]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H_out, W_out = dout.shape

    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x[n, c, top : top + pool_height, left : left + pool_width]
                    flat = np.argmax(window)
                    row, column = flat // pool_width, flat % pool_width
                    dx[n, c, top + row, left + column] += dout[n, c, i, j]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    if mode == "test":
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        return gamma * x_hat + beta, None

    mean, var = np.mean(x, axis=0), np.var(x, axis=0)
    x_hat = (x - mean) / np.sqrt(var + eps)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    return gamma * x_hat + beta, (x_hat, var, gamma, eps)


def batchnorm_backward(dout, cache):
    x_hat, var, gamma, eps = cache
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    dx = dx_hat - np.mean(dx_hat, axis=0) - x_hat * np.mean(dx_hat * x_hat, axis=0)
    return dx / np.sqrt(var + eps), dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    pixels = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm_forward(pixels, gamma, beta, bn_param)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    pixels = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = batchnorm_backward(pixels, cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta
"""

ASSIGNMENT = Assignment(
    slug="conv",
    groups=(
        replace(
            layer(
                "conv",
                {"conv_forward_naive": 10, "conv_backward_naive": 12},
                arguments=("x", "w", "b", "conv_param"),
                of=("x", "w", "b"),
                cases=CONV_CASES,
                reference=conv,
            ),
            fitted=convolved,
        ),
        replace(
            layer(
                "max_pool",
                {"max_pool_forward_naive": 5, "max_pool_backward_naive": 5},
                arguments=("x", "pool_param"),
                of=("x",),
                cases=POOL_CASES,
                reference=max_pool,
            ),
            fitted=pooled,
        ),
        batch_norm_layer(
            "spatial_batchnorm",
            {"spatial_batchnorm_forward": 5, "spatial_batchnorm_backward": 5},
            trained=SPATIAL_CASES,
            tested=SPATIAL_TEST_CASES,
        ),
    ),
    files=("layers.py",),
    supply=("layers", "layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"layers.py": STARTER},
    solution={"layers.py": SOLUTION},
)
