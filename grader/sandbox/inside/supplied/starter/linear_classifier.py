"""Linear classifiers that are trained by minibatches, on the losses of the submission where it brings its own."""

import linear_svm
import numpy as np
import softmax


class LinearClassifier:
    """`loss(X, y, reg)` is what a child says."""

    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):  # noqa: PLR0917
        """The loss of each step; W is made where there is none."""
        if self.W is None:
            self.W = 0.001 * np.random.randn(X.shape[1], np.max(y) + 1)
        history = []
        for step in range(num_iters):
            batch = np.random.choice(len(X), batch_size)
            loss, grad = self.loss(X[batch], y[batch], reg)
            history.append(loss)
            self.W = self.W - learning_rate * grad
            if verbose and step % 100 == 0:
                print(f"iteration {step} / {num_iters}: loss {loss:f}")
        return history

    def predict(self, X):
        """The class with the highest score."""
        return np.argmax(X.dot(self.W), axis=1)

    def loss(self, X_batch, y_batch, reg):
        raise NotImplementedError


class LinearSVM(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return linear_svm.svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return softmax.softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
