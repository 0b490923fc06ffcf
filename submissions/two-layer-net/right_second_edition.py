# expect: TwoLayerNet.__init__=passed TwoLayerNet.loss=passed
import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": np.random.normal(scale=weight_scale, size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": np.random.normal(scale=weight_scale, size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        flat = X.reshape(X.shape[0], -1)
        a = flat @ W1 + b1
        h = np.maximum(a, 0)
        scores = h @ W2 + b2
        if y is None:
            return scores
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = -np.log(p[rows, y]).mean() + 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        p[rows, y] -= 1
        p /= len(y)
        da = p @ W2.T * (a > 0)
        grads = {
            "W1": flat.T @ da + self.reg * W1,
            "b1": da.sum(0),
            "W2": h.T @ p + self.reg * W2,
            "b2": p.sum(0),
        }
        return loss, grads
