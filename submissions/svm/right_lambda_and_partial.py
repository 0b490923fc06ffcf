# expect: svm_loss_naive=passed svm_loss_vectorized=passed
from functools import partial, reduce

import numpy as np


def hinge_loss(W, X, y, reg, delta):
    rows = np.arange(y.size)
    margins = X @ W
    margins = margins - margins[rows, y].reshape(-1, 1) + delta
    margins[rows, y] = -np.inf
    hit = margins > 0
    weight = hit.astype("d")
    weight[rows, y] -= hit.sum(axis=1)
    loss = np.where(hit, margins, 0.0).sum() / y.size + reg * np.vdot(W, W)
    return loss, X.T @ weight / y.size + 2 * reg * W


class OneByOne:
    """Adds up the loss of single samples; the object is callable."""

    def __init__(self, delta):
        self.delta = delta

    def __call__(self, W, X, y, reg):
        parts = [hinge_loss(W, X[i : i + 1], y[i : i + 1], 0.0, self.delta) for i in range(len(y))]
        loss = reduce(lambda a, b: a + b[0], parts, 0.0) / len(y)
        grad = reduce(lambda a, b: a + b[1], parts, np.zeros(W.shape)) / len(y)
        return loss + reg * (W * W).sum(), grad + 2 * reg * W


svm_loss_naive = OneByOne(1.0)
svm_loss_vectorized = partial(hinge_loss, delta=1.0)
