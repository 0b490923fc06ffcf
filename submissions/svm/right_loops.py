# expect: svm_loss_naive=passed svm_loss_vectorized=passed
"""Assignment 1, SVM. Loops first, then matrices."""
import numpy as np


def svm_loss_naive(W, X, y, reg):
    n, c = X.shape[0], W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in range(n):
        s = X[i].dot(W)
        for j in range(c):
            if j == y[i]:
                continue
            m = s[j] - s[y[i]] + 1
            if m > 0:
                loss += m
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / n + reg * np.sum(W * W)
    dW = dW / n + 2 * reg * W
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    n = X.shape[0]
    rows = np.arange(n)
    S = X.dot(W)
    M = np.maximum(0, S - S[rows, y][:, None] + 1)
    M[rows, y] = 0
    loss = M.sum() / n + reg * np.sum(W * W)
    G = (M > 0).astype(float)
    G[rows, y] = -G.sum(axis=1)
    return loss, X.T.dot(G) / n + 2 * reg * W
