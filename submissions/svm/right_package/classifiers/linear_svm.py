# expect: svm_loss_naive=passed svm_loss_vectorized=passed
import numpy as np

from ..scores import affine, correct_class


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = affine(X[i : i + 1], W)[0]
        for j in range(W.shape[1]):
            gap = s[j] - s[y[i]] + 1
            if j != y[i] and gap > 0:
                loss += gap
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    s = affine(X, W)
    gaps = np.maximum(0, s - correct_class(s, y) + 1)
    gaps[np.arange(len(y)), y] = 0
    ds = (gaps > 0) / len(y)
    ds[np.arange(len(y)), y] = -ds.sum(axis=1)
    return gaps.sum() / len(y) + reg * np.sum(W * W), X.T @ ds + 2 * reg * W
