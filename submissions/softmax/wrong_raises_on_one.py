# expect: softmax_loss_naive=raised softmax_loss_vectorized=passed
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        probs = np.exp(s - s.max()) / np.exp(s - s.max()).sum()
        loss -= np.log(prob[y[i]])
        probs[y[i]] -= 1
        dW += np.outer(X[i], probs)
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s = (s.T - s.max(axis=1)).T
    e = np.exp(s)
    p = (e.T / e.sum(axis=1)).T
    rows = np.arange(X.shape[0])
    loss = np.log(e.sum(axis=1)).mean() - s[rows, y].mean()
    p[rows, y] -= 1
    return loss + reg * np.sum(W * W), X.T.dot(p / len(y)) + 2 * reg * W
