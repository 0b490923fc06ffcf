# expect: svm_loss_naive=passed svm_loss_vectorized=passed
# expect-warning: svm_loss_naive: random-state
# expect-warning: svm_loss_vectorized: input-mutated
"""Reproducible, it says: the seed is set where nothing is drawn. The other one works on X itself."""
import numpy as np


def svm_loss_naive(W, X, y, reg):
    np.random.seed(231)
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(len(y)):
        s = X[i].dot(W)
        wrong = [j for j in range(len(s)) if j != y[i] and s[j] > s[y[i]] - 1]
        for j in wrong:
            loss += s[j] - s[y[i]] + 1
            dW[:, j] += X[i]
        dW[:, y[i]] -= len(wrong) * X[i]
    return loss / len(y) + reg * np.sum(W * W), dW / len(y) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    n = np.arange(len(y))
    s = X.dot(W)
    m = np.maximum(0, s - s[n, y].reshape(-1, 1) + 1)
    m[n, y] = 0
    g = (m > 0) / len(y)
    g[n, y] = -g.sum(axis=1)
    dW = X.T.dot(g) + 2 * reg * W
    X *= 1.0 / 255
    return m.sum() / len(y) + reg * np.sum(W * W), dW
