# expect: svm_loss_naive=limit svm_loss_vectorized=passed
import numpy as np


def svm_loss_naive(W, X, y, reg):
    loss, i = 0.0, 0
    while i < X.shape[0]:
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            loss += max(0, scores[j] - scores[y[i]] + 1)
        # i never moves on
    return loss / X.shape[0] + reg * np.sum(W * W), np.zeros(W.shape)


def svm_loss_vectorized(W, X, y, reg):
    index = (np.arange(X.shape[0]), y)
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[index].reshape(-1, 1) + 1)
    margins[index] = 0
    push = (margins > 0).astype(np.float64)
    push[index] = -push.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W * W), X.T.dot(push) / len(y) + 2 * reg * W
