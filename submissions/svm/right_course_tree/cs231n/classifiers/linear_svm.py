import numpy as np
from random import shuffle
from cs231n.margins import table


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        row = table(X[i : i + 1], W, y[i : i + 1])[0]
        loss += row.sum()
        for j in np.flatnonzero(row):
            dW[:, j] += X[i]
            dW[:, y[i]] -= X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    margins = table(X, W, y)
    dS = np.where(margins > 0, 1.0, 0.0)
    dS[np.arange(len(y)), y] = -dS.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W * W), X.T.dot(dS) / len(y) + 2 * reg * W
