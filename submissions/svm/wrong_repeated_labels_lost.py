# expect: svm_loss_naive=failed svm_loss_vectorized=failed
# expect-diagnosis: svm_loss_naive: last-sample-skipped
# expect-diagnosis: svm_loss_vectorized: fancy-index-loses-duplicates
import numpy as np


def svm_loss_naive(W, X, y, reg):
    N = X.shape[0]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N - 1):  # the last sample is never visited
        s = X[i].dot(W)
        for j in range(W.shape[1]):
            if j != y[i] and s[j] - s[y[i]] + 1 > 0:
                loss += s[j] - s[y[i]] + 1
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    s = X.dot(W)
    m = np.maximum(0, s - s[np.arange(N), y][:, None] + 1)
    m[np.arange(N), y] = 0
    hit = (m > 0).astype(float)
    dW = X.T.dot(hit)
    dW[:, y] -= (X * hit.sum(axis=1)[:, None]).T  # a repeated label keeps its last update only
    return m.sum() / N + reg * np.sum(W * W), dW / N + 2 * reg * W
