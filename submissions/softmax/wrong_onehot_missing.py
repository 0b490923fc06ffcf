# expect: softmax_loss_naive=failed softmax_loss_vectorized=failed
# expect-diagnosis: softmax_loss_naive: onehot-missing
# expect-diagnosis: softmax_loss_vectorized: onehot-missing+loss-not-averaged
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for i in range(X.shape[0]):
        s = X[i].dot(W)
        s -= s.max()
        p = np.exp(s) / np.exp(s).sum()
        loss -= np.log(p[y[i]])
        for j in range(W.shape[1]):
            dW[:, j] += p[j] * X[i]
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    s = X.dot(W)
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).sum()  # and not averaged either
    dW = X.T.dot(p) / len(y) + 2 * reg * W
    return loss + reg * np.sum(W * W), dW
