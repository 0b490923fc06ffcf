# expect: affine_forward=passed affine_backward=passed relu_forward=passed relu_backward=passed softmax_loss=passed svm_loss=passed
# expect-warning: affine_backward: extra-axis
"""Every bias is a row, so its gradient is one as well; the losses give more than they are asked for."""
import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    out = np.matmul(np.reshape(x, (N, np.prod(x.shape[1:]))), w) + np.reshape(b, (1, -1))
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    dx = np.matmul(dout, w.T).reshape(*x.shape)
    dw = np.matmul(x.reshape(len(x), -1).T, dout)
    db = dout.sum(axis=0, keepdims=True)
    return dx, dw, db


def relu_forward(x):
    return (x + np.abs(x)) / 2, x


def relu_backward(dout, cache):
    dx = np.array(dout)
    dx[cache <= 0] = 0
    return dx


def softmax_loss(x, y):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y]))
    onehot = np.zeros_like(p)
    onehot[np.arange(len(y)), y] = 1
    return loss, (p - onehot) / len(y), p


def svm_loss(x, y):
    own = x[np.arange(len(y)), y]
    m = np.maximum(0, (x.T - own).T + 1)
    loss = m.sum() / len(y) - 1
    dx = np.where(m > 0, 1.0, 0.0)
    dx[np.arange(len(y)), y] -= dx.sum(axis=1)
    return loss, dx / len(y), m
