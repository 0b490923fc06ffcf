# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-diagnosis: softmax_loss_naive: log10-for-ln
# expect-diagnosis: softmax_loss_vectorized: log10-for-ln
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        p = np.exp(s - s.max()) / np.sum(np.exp(s - s.max()))
        loss -= np.log10(p[y[i]])
        p[y[i]] -= 1
        dW += np.outer(X[i], p)
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    p = np.exp(s - s.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    loss = -np.log10(p[np.arange(len(y)), y]).mean() + reg * np.sum(W * W)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(p) / len(y) + 2 * reg * W
