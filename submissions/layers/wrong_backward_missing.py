# expect: affine_forward=passed affine_backward=raised tanh_forward=passed sigmoid_forward=passed sigmoid_backward=failed softmax_loss=failed
# expect-diagnosis: sigmoid_backward: activation-input-for-output
import numpy as np


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w, b = cache  # the cache holds two
    return dout @ w.T, x.T @ dout, dout.sum(0)


def tanh_forward(x):
    return np.tanh(x), None


def sigmoid_forward(x):
    out = 0.5 * (1 + np.tanh(0.5 * x))
    return out, x


def sigmoid_backward(dout, x):
    return dout * x * (1 - x)


def softmax_loss(x, y):
    x = x.astype(np.float32)
    e = np.exp(x - x.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y]))
    p[np.arange(len(y)), y] -= 1
    return float(loss), p / len(y)
