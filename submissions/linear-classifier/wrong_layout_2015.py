# expect: LinearClassifier.train=failed LinearClassifier.predict=failed
# expect-diagnosis: LinearClassifier.train: layout-2015
# expect-diagnosis: LinearClassifier.predict: layout-2015
# points: 10.20
import numpy as np


class LinearClassifier:
    """The layout of 2015: X (D, N), W (C, D)."""

    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        dim, num_train = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = np.random.randn(num_classes, dim) * 0.001
        loss_history = []
        for it in range(num_iters):
            indices = np.random.choice(num_train, batch_size, replace=True)
            loss, grad = self.loss(X[:, indices], y[indices], reg)
            loss_history.append(loss)
            self.W += -learning_rate * grad
        return loss_history

    def predict(self, X):
        return np.argmax(self.W.dot(X), axis=0)
