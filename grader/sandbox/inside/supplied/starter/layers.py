"""Layers of a network, for submissions that import them and bring none of their own.

Every forward pass returns its output and a cache; the backward pass of the same name takes the gradient of a scalar
with respect to that output, and the cache, and returns the gradients with respect to the inputs. The first axis counts
samples. What a layer keeps between calls stands in the dictionary of its parameters.
"""

import numpy as np

# --------------------------------------------------------------------------- affine


def affine_forward(x, w, b):
    """x (N, d1, ..., dk), w (D, M) with D = d1 * ... * dk, b (M,) -> (x w + b of shape (N, M), cache)."""
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    """dout (N, M) -> the gradients of x, w and b, with their shapes."""
    x, w, _ = cache
    dw = x.reshape(len(x), -1).T @ dout
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)


# --------------------------------------------------------------------------- nonlinearities


def relu_forward(x):
    """max(0, x), entry by entry."""
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def leaky_relu_forward(x, alpha=0.01):
    """x where it is positive, else alpha * x."""
    return np.where(x > 0, x, alpha * x), (x, alpha)


def leaky_relu_backward(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout)


def sigmoid_forward(x):
    """1 / (1 + exp(-x)); the exponent is never positive, so that nothing overflows."""
    small = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1, small) / (1 + small)
    return out, out


def sigmoid_backward(dout, cache):
    return dout * cache * (1 - cache)


def tanh_forward(x):
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    return dout * (1 - cache**2)


# --------------------------------------------------------------------------- losses


def softmax_loss(x, y):
    """Scores x (N, C) and labels y (N,) -> the mean of -log softmax(x)[y], and its gradient (N, C)."""
    rows = np.arange(len(y))
    shifted = x - x.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - shifted[rows, y])
    dx = np.exp(shifted) / total
    dx[rows, y] -= 1
    return loss, dx / len(y)


def svm_loss(x, y):
    """Scores x (N, C) and labels y (N,) -> the mean of sum_{j != y} max(0, x_j - x_y + 1), and its gradient (N, C)."""
    rows = np.arange(len(y))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = -dx.sum(axis=1)
    return margins.sum() / len(y), dx / len(y)


# --------------------------------------------------------------------------- normalisation


def _standardized(x, axis, eps):
    """x with mean 0 and variance 1 along `axis`; the place of eps is inside the root. Also the root and the moments."""
    mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    root = np.sqrt(var + eps)
    return (x - mean) / root, root, mean, var


def _standardized_backward(dnormal, normal, root, axis):
    """The gradient of what was standardised: the parts along the mean and along x itself are taken out."""
    along = normal * (dnormal * normal).mean(axis=axis, keepdims=True)
    return (dnormal - dnormal.mean(axis=axis, keepdims=True) - along) / root


def batchnorm_forward(x, gamma, beta, bn_param):
    """Every feature of x (N, D) standardised over the batch, times gamma (D,), plus beta (D,).

    `bn_param`: mode (train or test), eps (1e-5), momentum (0.9), running_mean and running_var (D,), which training
    updates: running = momentum * running + (1 - momentum) * that of the batch. Testing standardises by them.
    """
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    if bn_param["mode"] == "test":
        bn_param["running_mean"], bn_param["running_var"] = running_mean, running_var
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    if bn_param["mode"] != "train":
        raise ValueError(f"the mode of batch normalisation is {bn_param['mode']!r}, neither 'train' nor 'test'")
    normal, root, mean, var = _standardized(x, 0, eps)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean[0]
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var[0]
    return gamma * normal + beta, (normal, root, gamma)


def batchnorm_backward(dout, cache):
    """dout (N, D) -> the gradients of x, gamma and beta."""
    normal, root, gamma = cache
    dx = _standardized_backward(dout * gamma, normal, root, 0)
    return dx, (dout * normal).sum(axis=0), dout.sum(axis=0)


batchnorm_backward_alt = batchnorm_backward


def layernorm_forward(x, gamma, beta, ln_param):
    """Every sample of x (N, D) standardised over its features, times gamma (D,), plus beta (D,). `ln_param`: eps."""
    normal, root, _, _ = _standardized(x, 1, ln_param.get("eps", 1e-5))
    return gamma * normal + beta, (normal, root, gamma)


def layernorm_backward(dout, cache):
    normal, root, gamma = cache
    dx = _standardized_backward(dout * gamma, normal, root, 1)
    return dx, (dout * normal).sum(axis=0), dout.sum(axis=0)


def _rows_of_pixels(x):
    """(N, C, H, W) as (N * H * W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _images_of(rows, shape):
    """The way back."""
    n, c, h, w = shape
    return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalisation of every channel of x (N, C, H, W) over samples and pixels."""
    out, cache = batchnorm_forward(_rows_of_pixels(x), gamma, beta, bn_param)
    return _images_of(out, x.shape), cache


def spatial_batchnorm_backward(dout, cache):
    dx, dgamma, dbeta = batchnorm_backward(_rows_of_pixels(dout), cache)
    return _images_of(dx, dout.shape), dgamma, dbeta


# --------------------------------------------------------------------------- dropout


def dropout_forward(x, dropout_param):
    """Inverted dropout: in training each unit is kept with probability p and divided by p, in testing x is returned.

    `dropout_param`: p, mode (train or test), and seed, which makes the mask the same in every call. A p of 0 is that of
    nets in which p drops: nothing is dropped.
    """
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    p, mode = dropout_param["p"] or 1, dropout_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(f"the mode of dropout is {mode!r}, neither 'train' nor 'test'")
    mask = (np.random.rand(*x.shape) < p) / p if mode == "train" else None
    out = x if mask is None else x * mask
    return out.astype(x.dtype, copy=False), (dropout_param, mask)


def dropout_backward(dout, cache):
    _, mask = cache
    return dout if mask is None else dout * mask


# --------------------------------------------------------------------------- convolution and pooling


def _window(i, j, height, width, stride):
    """Where the window of output (i, j) lies."""
    return slice(i * stride, i * stride + height), slice(j * stride, j * stride + width)


def _padded(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def conv_forward_naive(x, w, b, conv_param):
    """x (N, C, H, W), filters w (F, C, HH, WW), b (F,) -> (out (N, F, H', W'), cache). `conv_param`: stride, pad."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    wide = _padded(x, pad)
    down, across = (wide.shape[2] - w.shape[2]) // stride + 1, (wide.shape[3] - w.shape[3]) // stride + 1
    out = np.empty((len(x), len(w), down, across), dtype=np.result_type(x, w))
    for i, j in np.ndindex(down, across):
        rows, columns = _window(i, j, *w.shape[2:], stride)
        out[:, :, i, j] = np.tensordot(wide[:, :, rows, columns], w, axes=((1, 2, 3), (1, 2, 3))) + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    """dout (N, F, H', W') -> the gradients of x, w and b."""
    x, w, _, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    wide = _padded(x, pad)
    dwide, dw = np.zeros_like(wide), np.zeros_like(w)
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, columns = _window(i, j, *w.shape[2:], stride)
        above = dout[:, :, i, j]
        dw += np.tensordot(above, wide[:, :, rows, columns], axes=(0, 0))
        dwide[:, :, rows, columns] += np.tensordot(above, w, axes=(1, 0))
    height, width = x.shape[2:]
    return dwide[:, :, pad : pad + height, pad : pad + width], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    """The largest entry of every window of x (N, C, H, W). `pool_param`: pool_height, pool_width, stride."""
    height, width, stride = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    down, across = (x.shape[2] - height) // stride + 1, (x.shape[3] - width) // stride + 1
    out = np.empty((*x.shape[:2], down, across), dtype=x.dtype)
    for i, j in np.ndindex(down, across):
        rows, columns = _window(i, j, height, width, stride)
        out[:, :, i, j] = x[:, :, rows, columns].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    """dout goes to the first largest entry of each window."""
    x, pool_param = cache
    height, width, stride = (pool_param[name] for name in ("pool_height", "pool_width", "stride"))
    samples, channels = np.ogrid[: x.shape[0], : x.shape[1]]
    dx = np.zeros_like(x)
    for i, j in np.ndindex(*dout.shape[2:]):
        rows, columns = _window(i, j, height, width, stride)
        largest = x[:, :, rows, columns].reshape(*x.shape[:2], -1).argmax(axis=2)
        row, column = np.divmod(largest, width)
        dx[samples, channels, i * stride + row, j * stride + column] += dout[:, :, i, j]
    return dx
