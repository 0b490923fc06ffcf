# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-diagnosis: softmax_loss_naive: reg-half-convention+layout-2015
# expect-diagnosis: softmax_loss_vectorized: reg-half-convention+layout-2015
# points: 15.20
"""2015 edition throughout: samples are columns, and the regularisation carries a half."""
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    C, N = W.shape[0], X.shape[1]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N):
        f = W.dot(X[:, i])
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        loss -= np.log(p[y[i]])
        for c in range(C):
            dW[c] += (p[c] - (c == y[i])) * X[:, i]
    return loss / N + 0.5 * reg * np.sum(W * W), dW / N + reg * W


def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[1]
    f = W.dot(X)
    f = f - f.max(axis=0)
    p = np.exp(f) / np.exp(f).sum(axis=0)
    loss = -np.log(p[y, range(N)]).mean() + 0.5 * reg * np.sum(W * W)
    p[y, range(N)] -= 1
    return loss, p.dot(X.T) / N + reg * W
