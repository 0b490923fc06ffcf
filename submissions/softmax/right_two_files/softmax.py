# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
import numpy as np
from stable import probabilities


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(len(y)):
        p = probabilities(X[i] @ W)
        loss -= np.log(p[y[i]])
        for j in range(len(p)):
            dW[:, j] += (p[j] - float(j == y[i])) * X[i]
    return loss / len(y) + reg * np.sum(W * W), dW / len(y) + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    p = probabilities(X @ W)
    loss = -np.log(np.take_along_axis(p, y[:, None], 1)).mean() + reg * np.sum(W * W)
    target = (np.arange(W.shape[1]) == y[:, None]).astype(float)
    return loss, X.T @ (p - target) / len(y) + 2 * reg * W
