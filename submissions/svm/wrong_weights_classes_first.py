# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-diagnosis: svm_loss_naive: weights-classes-first
# expect-diagnosis: svm_loss_vectorized: weights-classes-first
# points: 17.60
"""One row of weights for every class, one row of X for every sample."""
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W, dtype=float)
    for x, label in zip(X, y):
        s = W @ x
        m = s - s[label] + 1
        m[label] = 0
        hit = m > 0
        loss += m[hit].sum()
        dW[hit] += x
        dW[label] -= hit.sum() * x
    return loss / len(y) + reg * (W * W).sum(), dW / len(y) + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(y))
    s = X @ W.T
    m = np.maximum(0, s - s[rows, y, np.newaxis] + 1)
    m[rows, y] = 0
    g = np.sign(m)
    g[rows, y] = -g.sum(axis=1)
    return m.sum() / len(y) + reg * (W * W).sum(), g.T @ X / len(y) + 2 * reg * W
