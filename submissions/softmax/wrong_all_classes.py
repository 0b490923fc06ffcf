# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-diagnosis: softmax_loss_naive: log-loss-summed-over-classes
# expect-diagnosis: softmax_loss_vectorized: log-loss-summed-over-classes
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s -= s.max()
        lse = np.log(np.exp(s).sum())
        for j in range(W.shape[1]):
            loss += lse - s[j]  # of every class, not of y[i]
            dW[:, j] += (np.exp(s[j] - lse) - (j == y[i])) * X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s = s - s.max(axis=1)[:, None]
    lse = np.log(np.exp(s).sum(axis=1))[:, None]
    loss = np.sum(lse - s) / len(y) + reg * np.sum(W * W)
    p = np.exp(s - lse)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(p) / len(y) + 2 * reg * W
