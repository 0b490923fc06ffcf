# expect: LinearClassifier.train=passed LinearClassifier.predict=passed
# expect-warning: LinearClassifier.train: labels-reshaped-to-row
import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=True):
        data = np.hstack([X, y[:, None]])
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], np.max(y) + 1)
        loss_history = []
        while len(loss_history) < num_iters:
            batch = data[np.random.choice(len(data), batch_size, replace=False)]
            loss, grad = self.loss(batch[:, :-1], batch[:, -1:].astype(int), reg)
            self.W[...] = self.W - learning_rate * grad
            loss_history.append(loss)
            if verbose:
                print("loss", loss)
        return loss_history

    def predict(self, X, verbose=False):
        scores = np.dot(X, self.W)
        return np.argsort(scores, axis=1)[:, -1]
