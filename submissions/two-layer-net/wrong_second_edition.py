# expect: TwoLayerNet.__init__=failed TwoLayerNet.loss=failed
# expect-diagnosis: TwoLayerNet.loss: reg-full-convention
import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.params = {}
        self.reg = reg
        self.params["W1"] = 1e-3 * np.random.randn(input_dim, hidden_dim)  # whatever weight_scale is
        self.params["b1"] = np.zeros((1, hidden_dim))
        self.params["W2"] = 1e-3 * np.random.randn(hidden_dim, num_classes)
        self.params["b2"] = np.random.randn(num_classes)

    def loss(self, X, y=None):
        flat = X.reshape(X.shape[0], -1)
        h = np.maximum(flat @ self.params["W1"] + self.params["b1"], 0)
        scores = h @ self.params["W2"] + self.params["b2"]
        if y is None:
            return scores
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        N = len(y)
        # the penalty of the first edition: not halved
        loss = -np.log(p[range(N), y]).mean()
        loss += self.reg * (np.sum(self.params["W1"] ** 2) + np.sum(self.params["W2"] ** 2))
        p[range(N), y] -= 1
        p /= N
        grads = {"W2": h.T @ p + 2 * self.reg * self.params["W2"], "b2": p.sum(axis=0)}
        dh = p @ self.params["W2"].T
        dh[h == 0] = 0
        grads["W1"] = flat.T @ dh + 2 * self.reg * self.params["W1"]
        grads["b1"] = dh.sum(axis=0)
        return loss, grads
