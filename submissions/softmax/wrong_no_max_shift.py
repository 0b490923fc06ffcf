# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-failing: softmax_loss_vectorized: stability[big; bigmix; neg; spread]
# expect-diagnosis: softmax_loss_naive: no-max-shift
# expect-diagnosis: softmax_loss_vectorized: no-max-shift
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        e = np.exp(X[i].dot(W))
        p = e / e.sum()
        loss += -np.log(p[y[i]])
        for j in range(W.shape[1]):
            dW[:, j] += (p[j] - (j == y[i])) * X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    e = np.exp(X.dot(W))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(y)), y])) + reg * np.sum(W * W)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T.dot(p) / len(y) + 2 * reg * W
