# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
import math

import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s = s - max(s)
        e = [math.exp(v) for v in s]
        z = sum(e)
        loss += math.log(z) - s[y[i]]
        for j in range(W.shape[1]):
            dW[:, j] += (e[j] / z - (1 if j == y[i] else 0)) * X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean() + reg * np.sum(W * W)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(p) / len(y) + 2 * reg * W
