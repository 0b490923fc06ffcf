# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-diagnosis: softmax_loss_naive: hard-coded-class-count
# expect-diagnosis: softmax_loss_vectorized: label-columns-in-gradient
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s -= s.max()
        z = sum(np.exp(s[j]) for j in range(3))
        loss += np.log(z) - s[y[i]]
        for j in range(3):
            dW[:, j] += np.exp(s[j]) / z * X[i]
        dW[:, y[i]] -= X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    dS = p.copy()
    dS[:, y] -= 1  # whole columns
    return -np.log(p[np.arange(len(y)), y]).mean() + reg * np.sum(W * W), X.T.dot(dS) / len(y) + 2 * reg * W
