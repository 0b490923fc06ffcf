# expect: affine_forward=failed affine_backward=failed svm_loss=failed softmax_loss=failed
# expect-diagnosis: affine_forward: input-not-flattened
# expect-diagnosis: affine_backward: bias-gradient-wrong-axis
# expect-diagnosis: softmax_loss: gradient-not-averaged+no-max-shift
# expect-diagnosis: svm_loss: correct-class-counted-in-loss-only
import numpy as np


def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T), x.T.dot(dout), np.sum(dout, axis=1)


def svm_loss(x, y):
    n = np.arange(len(y))
    m = np.maximum(0, x - x[n, y][:, None] + 1)  # own class included
    dx = np.zeros(x.shape)
    dx[m > 0] = 1
    dx[n, y] -= np.sum(m > 0, axis=1)
    return m.sum() / len(y), dx / len(y)


def softmax_loss(x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).sum() / len(y)
    p[np.arange(len(y)), y] -= 1
    return loss, p
