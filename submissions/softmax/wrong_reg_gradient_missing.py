# expect: softmax_loss_naive=failed softmax_loss_vectorized=passed
# expect-failing: softmax_loss_naive: gradient[base; reg=0.1; reg=3] numeric-gradient robustness
# expect-diagnosis: softmax_loss_naive: reg-gradient-missing
# points: 17.72
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s = s - np.max(s)
        p = np.exp(s) / np.exp(s).sum()
        loss += -s[y[i]] + np.log(np.exp(s).sum())
        dW += np.outer(X[i], p)
        dW[:, y[i]] -= X[i]
    loss = loss / X.shape[0] + reg * np.sum(W * W)
    dW = dW / X.shape[0]
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    s = X.dot(W)
    s = s - np.max(s, axis=1).reshape(N, 1)
    z = np.exp(s).sum(axis=1)
    loss = (np.log(z) - s[np.arange(N), y]).sum() / N + reg * np.sum(W * W)
    p = np.exp(s) / z.reshape(N, 1)
    p[np.arange(N), y] -= 1
    return loss, X.T.dot(p) / N + 2 * reg * W
