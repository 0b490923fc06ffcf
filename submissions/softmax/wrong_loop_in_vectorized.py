# expect: softmax_loss_naive=passed softmax_loss_vectorized=failed
# expect-failing: softmax_loss_vectorized: vectorised
# points: 16.00
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s -= np.max(s)
        p = np.exp(s) / np.sum(np.exp(s))
        loss += -np.log(p[y[i]])
        p[y[i]] -= 1
        for j in range(W.shape[1]):
            dW[:, j] += p[j] * X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = 0.0
    for i in range(X.shape[0]):
        loss += -np.log(p[i, y[i]])
        p[i, y[i]] -= 1
    return loss / X.shape[0] + reg * np.sum(W * W), X.T.dot(p) / X.shape[0] + 2 * reg * W
