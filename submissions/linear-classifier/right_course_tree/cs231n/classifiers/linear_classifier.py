# expect: LinearClassifier.train=passed LinearClassifier.predict=passed hyper_search=passed
import itertools
import random
from abc import abstractmethod

import numpy as np

from ..classifiers.linear_svm import svm_loss_vectorized
from .softmax import *


class LinearClassifier(object):
    def __init__(self):
        self.W = None

    def train(
        self,
        X,
        y,
        learning_rate=1e-3,
        reg=1e-5,
        num_iters=100,
        batch_size=200,
        verbose=False,
    ):
        num_train, dim = X.shape
        num_classes = (
            np.max(y) + 1
        )  # assume y takes values 0...K-1 where K is number of classes
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, num_classes)

        loss_history = np.zeros(num_iters)
        for it in range(num_iters):
            picked = random.sample(range(num_train), batch_size)
            loss_history[it], grad = self.loss(X[picked], y[picked], reg)
            self.W = self.W - learning_rate * grad
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss_history[it]))
        return loss_history

    def predict(self, X):
        return (X @ self.W).argmax(1)

    @abstractmethod
    def loss(self, X_batch, y_batch, reg):
        pass


class LinearSVM(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)


def hyper_search(learning_rates, regs, evaluate):
    results = {setting: tuple(evaluate(*setting)) for setting in itertools.product(learning_rates, regs)}
    best = max(results, key=lambda setting: results[setting][1])
    return best, results
