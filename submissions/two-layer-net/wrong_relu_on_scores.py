# expect: TwoLayerNet.loss=failed TwoLayerNet.train=passed TwoLayerNet.predict=passed
# expect-diagnosis: TwoLayerNet.loss: relu-on-scores
import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {
            "W1": std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = [self.params[name] for name in ("W1", "b1", "W2", "b2")]
        N = len(X)
        h = X.dot(W1) + b1
        a = np.maximum(0, h)
        scores = np.maximum(0, a.dot(W2) + b2)
        if y is None:
            return scores
        s = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(N), y]).mean() + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        d = p.copy()
        d[np.arange(N), y] -= 1
        d /= N
        dh = d.dot(W2.T) * (h > 0)
        grads = {
            "W2": a.T.dot(d) + 2 * reg * W2,
            "b2": d.sum(axis=0),
            "W1": X.T.dot(dh) + 2 * reg * W1,
            "b1": dh.sum(axis=0),
        }
        return loss, grads

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6,
              num_iters=100, batch_size=200, verbose=False):
        loss_history, train_acc_history, val_acc_history = [], [], []
        per_epoch = max(len(X) // batch_size, 1)
        for it in range(num_iters):
            rows = np.random.choice(len(X), batch_size)
            loss, grads = self.loss(X[rows], y[rows], reg)
            loss_history.append(loss)
            for name, grad in grads.items():
                self.params[name] = self.params[name] - learning_rate * grad
            if it % per_epoch == 0:
                train_acc_history.append(np.mean(self.predict(X[rows]) == y[rows]))
                val_acc_history.append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
        return dict(loss_history=loss_history, train_acc_history=train_acc_history, val_acc_history=val_acc_history)

    def predict(self, X):
        return self.loss(X).argmax(axis=1)
