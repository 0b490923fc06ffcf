# expect: svm_loss_naive=missing svm_loss_vectorized=failed
# expect-failing: svm_loss_vectorized: vectorised
# points: 8.00
import numpy as np


def one(W, x, label):
    s = x @ W
    h = np.maximum(0, s - s[label] + 1)
    h[label] = 0
    g = (h > 0) * 1.0
    g[label] = -g.sum()
    return h.sum(), np.outer(x, g)


def svm_loss_vectorized(W, X, y, reg):
    pairs = [one(W, x, label) for x, label in zip(X, y)]  # no `for` statement in sight
    loss = np.mean([loss for loss, _ in pairs])
    grad = np.mean([grad for _, grad in pairs], axis=0)
    return loss + reg * np.sum(W * W), grad + 2 * reg * W
