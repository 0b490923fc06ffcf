# expect: svm_loss_naive=failed svm_loss_vectorized=failed
import numpy as np

MARGIN = 1e-8  # with 1 the loss never went below 9 and then diverged


def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            m = s[j] - s[y[i]] + MARGIN
            if m > 0:
                loss += m
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    n = np.arange(X.shape[0])
    s = X.dot(W)
    m = np.maximum(0, s - s[n, y][:, None] + MARGIN)
    m[n, y] = 0
    g = (m > 0).astype(float)
    g[n, y] = -g.sum(axis=1)
    return m.sum() / len(n) + reg * np.sum(W * W), X.T.dot(g) / len(n) + 2 * reg * W
