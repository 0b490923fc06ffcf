# expect: softmax_loss_naive=passed softmax_loss_vectorized=passed
"""Both versions as methods of one object, exported under the names of the handout."""
import numpy as np


class Softmax:
    def __init__(self, loop):
        self.loop = loop

    @staticmethod
    def data_term(W, X, y):
        scores = X @ W
        scores = scores - scores.max(1)[:, None]
        z = np.exp(scores).sum(1)
        loss = (np.log(z) - scores[np.arange(len(y)), y]).sum()
        p = np.exp(scores) / z[:, None]
        p[np.arange(len(y)), y] -= 1
        return loss, X.T @ p

    def __call__(self, W, X, y, reg):
        if self.loop:
            terms = [self.data_term(W, X[i, None], y[i, None]) for i in range(len(y))]
            loss, grad = sum(t[0] for t in terms), sum(t[1] for t in terms)
        else:
            loss, grad = self.data_term(W, X, y)
        return loss / len(y) + reg * (W * W).sum(), grad / len(y) + 2 * reg * W


softmax_loss_naive = Softmax(loop=True)
softmax_loss_vectorized = Softmax(loop=False).__call__
