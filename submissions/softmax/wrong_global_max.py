# expect: softmax_loss_naive=passed softmax_loss_vectorized=failed
# expect-failing: softmax_loss_vectorized: stability[bigmix]
# expect-diagnosis: softmax_loss_vectorized: global-max-shift
# points: 19.60
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(N):
        s = X[i] @ W
        s = s - s.max()
        z = 0.0
        for j in range(C):
            z += np.exp(s[j])
        loss += np.log(z) - s[y[i]]
        for j in range(C):
            dW[:, j] += np.exp(s[j]) / z * X[i]
        dW[:, y[i]] -= X[i]
    return loss / N + reg * np.sum(W**2), dW / N + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    s = X @ W
    s = s - np.max(s)  # one maximum for the whole table
    p = np.exp(s) / np.exp(s).sum(axis=1)[:, None]
    loss = -np.log(p[np.arange(N), y]).sum() / N + reg * np.sum(W**2)
    p[np.arange(N), y] -= 1
    return loss, X.T @ p / N + 2 * reg * W
