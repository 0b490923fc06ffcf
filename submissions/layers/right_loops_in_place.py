# expect: affine_forward=passed affine_backward=passed relu_forward=passed relu_backward=passed leaky_relu_forward=passed leaky_relu_backward=passed sigmoid_forward=passed sigmoid_backward=passed tanh_forward=passed tanh_backward=passed softmax_loss=passed svm_loss=passed
# expect-warning: relu_backward: input-mutated
from builtins import range

import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    out = np.empty((N, w.shape[1]))
    for i in range(N):
        out[i] = np.dot(np.ravel(x[i]), w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for i in range(x.shape[0]):
        dx[i] = w.dot(dout[i]).reshape(x[i].shape)
        dw += np.outer(x[i], dout[i])
        db += dout[i]
    return dx, dw, db


def relu_forward(x):
    out = x.copy()
    out[out < 0] = 0
    return out, x


def relu_backward(dout, cache):
    dout[cache <= 0] = 0  # changes dout: a warning, no points
    return dout


def leaky_relu_forward(x, alpha):
    out = np.maximum(x, alpha * x)
    return out, (x, alpha)


def leaky_relu_backward(dout, cache):
    x, alpha = cache
    dx = np.array(dout, copy=True)
    dx[x < 0] *= alpha
    return dx


def sigmoid_forward(x):
    out = np.zeros(x.shape)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out, x


def sigmoid_backward(dout, cache):
    s, _ = sigmoid_forward(cache)
    return dout * (s - s * s)


def tanh_forward(x):
    return 2 * sigmoid_forward(2 * x)[0] - 1, x


def tanh_backward(dout, cache):
    t = np.tanh(cache)
    return dout - dout * t * t


def softmax_loss(x, y):
    N = x.shape[0]
    loss, dx = 0.0, np.zeros(x.shape)
    for i in range(N):
        e = np.exp(x[i] - np.max(x[i]))
        dx[i] = e / np.sum(e)
        loss += -np.log(dx[i, y[i]])
        dx[i, y[i]] -= 1
    dx /= N
    loss /= N
    return loss, dx


def svm_loss(x, y):
    N = x.shape[0]
    loss, dx = 0.0, np.zeros(x.shape)
    for i in range(N):
        for j in range(x.shape[1]):
            margin = x[i, j] - x[i, y[i]] + 1
            if j != y[i] and margin > 0:
                loss += margin
                dx[i, j] += 1
                dx[i, y[i]] -= 1
    return loss / N, dx / N
