# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
import numpy as np
from past.builtins import xrange


def softmax_loss_naive(W, X, y, reg):
    num_train = X.shape[0]
    loss = 0.0
    dW = np.zeros_like(W)
    dW = dW.astype(float)
    for i in xrange(num_train):
        f = W.T.dot(X[i])
        f -= np.max(f)
        p = np.exp(f) / np.sum(np.exp(f))
        loss -= f[y[i]] - np.log(np.exp(f).sum())
        for j in xrange(W.shape[1]):
            dW[:, j] += X[i] * (p[j] - (j == y[i]))
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    f = np.einsum("dc,nd->cn", W, X)
    f = f - np.amax(f, axis=0)
    e = np.exp(f)
    z = np.einsum("cn->n", e)
    loss = np.sum(np.log(z) - f[y, np.arange(y.size)]) / y.size
    p = e / z
    np.subtract.at(p, (y, np.arange(y.size)), 1.0)
    return loss + reg * np.einsum("dc,dc", W, W), np.einsum("cn,nd->dc", p, X) / y.size + 2 * reg * W
