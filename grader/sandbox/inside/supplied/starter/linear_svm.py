"""The hinge loss of a linear classifier: W (D, C), X (N, D), y (N,); the mean over the samples and reg * sum(W^2)."""

import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    """Loss and gradient of W."""
    N, own = len(X), np.arange(len(X))
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[own, y][:, None] + 1)
    margins[own, y] = 0
    dscores = (margins > 0).astype(float)
    dscores[own, y] = -dscores.sum(axis=1)
    return margins.sum() / N + reg * np.sum(W * W), X.T.dot(dscores) / N + 2 * reg * W


svm_loss_naive = svm_loss_vectorized
