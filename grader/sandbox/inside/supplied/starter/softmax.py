"""The cross-entropy loss of a linear classifier: W (D, C), X (N, D), y (N,); the mean of the samples and
reg * sum(W^2)."""

import numpy as np


def softmax_loss_vectorized(W, X, y, reg):
    """Loss and gradient of W."""
    N, own = len(X), np.arange(len(X))
    scores = X.dot(W)
    scores = scores - scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    dscores = np.exp(logs)
    dscores[own, y] -= 1
    return -logs[own, y].mean() + reg * np.sum(W * W), X.T.dot(dscores) / N + 2 * reg * W


softmax_loss_naive = softmax_loss_vectorized
