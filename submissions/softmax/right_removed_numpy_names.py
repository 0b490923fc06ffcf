# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
# written in 2016: names that NumPy no longer has
import numpy as np


def softmax_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape, dtype=np.float)
    loss = 0.0
    for i in range(np.int(X.shape[0])):
        f = X[i].dot(W)
        f -= f.max()
        p = np.exp(f) / np.sum(np.exp(f))
        loss += -np.log(p[y[i]])
        p[y[i]] -= 1
        dW += np.outer(X[i], p)
    return loss / X.shape[0] + reg * np.sum(W * W), dW / X.shape[0] + 2 * reg * W


def softmax_loss_vectorized(W, X, y, reg):
    f = X.dot(W)
    f -= np.max(f, axis=1)[:, np.newaxis]
    p = np.exp(f)
    p /= np.sum(p, axis=1)[:, np.newaxis]
    hit = np.zeros(p.shape, dtype=np.bool)
    hit[np.arange(y.size).astype(np.int), y] = True
    loss = -np.sum(np.log(p[hit])) / np.product(y.shape) + reg * np.sum(W * W)
    return loss, X.T.dot(p - hit.astype(np.float)) / y.size + 2 * reg * W
