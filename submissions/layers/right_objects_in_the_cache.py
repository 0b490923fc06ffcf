# expect: affine_forward=passed affine_backward=passed relu_forward=passed relu_backward=passed leaky_relu_forward=passed leaky_relu_backward=passed sigmoid_forward=passed sigmoid_backward=passed tanh_forward=passed tanh_backward=passed softmax_loss=passed svm_loss=passed
"""The cache is whatever backward needs: an object, a closure, a dict."""
import numpy as np


class Affine:
    def __init__(self, x, w, b):
        self.shape, self.rows, self.w, self.b = x.shape, x.reshape(len(x), -1), w, b

    def forward(self):
        return np.einsum("nd,dm->nm", self.rows, self.w) + self.b

    def backward(self, dout):
        dx = np.einsum("nm,dm->nd", dout, self.w).reshape(self.shape)
        return dx, np.einsum("nd,nm->dm", self.rows, dout), np.einsum("nm->m", dout)


def affine_forward(x, w, b):
    layer = Affine(x, w, b)
    return layer.forward(), layer


def affine_backward(dout, cache):
    return cache.backward(dout)


def relu_forward(x):
    mask = x > 0
    return x * mask, lambda dout: dout * mask


def relu_backward(dout, cache):
    return cache(dout)


def leaky_relu_forward(x, alpha):
    slope = np.where(x > 0, 1.0, alpha)
    return slope * x, {"slope": slope}


def leaky_relu_backward(dout, cache):
    return cache["slope"] * dout


def sigmoid_forward(x):
    """Never exponentiates a positive number."""
    e = np.exp(-np.abs(x))
    out = np.where(x >= 0, 1.0, e) / (1 + e)
    return out, {"out": out}


def sigmoid_backward(dout, cache):
    return dout * cache["out"] * (1 - cache["out"])


def tanh_forward(x):
    e = np.exp(-2 * np.abs(x))
    out = np.sign(x) * (1 - e) / (1 + e)
    return out, [out]


def tanh_backward(dout, cache):
    (out,) = cache
    return dout * (1 - out) * (1 + out)


def softmax_loss(x, y):
    onehot = np.eye(x.shape[1])[y]
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    total = e.sum(axis=1)
    loss = np.mean(np.log(total) - np.sum((x - np.max(x, axis=1, keepdims=True)) * onehot, axis=1))
    return loss, (e / total[:, None] - onehot) / len(x)


def svm_loss(x, y):
    onehot = np.eye(x.shape[1])[y].astype(bool)
    gaps = x - x[onehot][:, None] + 1
    hit = (gaps > 0) & ~onehot
    dx = hit - onehot * hit.sum(axis=1, keepdims=True)
    return np.sum(gaps[hit]) / len(x), dx / len(x)
