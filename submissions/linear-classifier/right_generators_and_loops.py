# expect: LinearClassifier.train=passed LinearClassifier.predict=passed hyper_search=passed
import numpy as np


class LinearClassifier(object):
    def __init__(self, W=None):
        self.W = W

    def _start(self, X, y):
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], np.max(y) + 1)

    def _minibatches(self, X, y, batch_size, num_iters):
        for _ in range(num_iters):
            rows = np.random.randint(0, len(X), size=batch_size)
            yield np.take(X, rows, axis=0), np.take(y, rows)

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False, momentum=0.0):
        self._start(X, y)
        velocity = np.zeros_like(self.W)
        history = []
        for X_batch, y_batch in self._minibatches(X, y, batch_size, num_iters):
            loss, dW = self.loss(X_batch, y_batch, reg)
            velocity = momentum * velocity - learning_rate * dW
            self.W = self.W + velocity
            history.append(float(loss))
        return np.array(history)

    def predict(self, X):
        labels = np.zeros(X.shape[0], dtype=np.int32)
        for i, x in enumerate(X):
            scores = [x.dot(self.W[:, c]) for c in range(self.W.shape[1])]
            labels[i] = scores.index(max(scores))
        return labels


class hyper_search:
    """Is called like a function, and unpacks like what one returns."""

    def __new__(cls, learning_rates, regs, evaluate):
        grid = np.array([[evaluate(lr, reg) for reg in regs] for lr in learning_rates])
        i, j = np.unravel_index(grid[:, :, 1].argmax(), grid.shape[:2])
        table = {(lr, reg): tuple(grid[a, b]) for a, lr in enumerate(learning_rates) for b, reg in enumerate(regs)}
        return (learning_rates[i], regs[j]), table
