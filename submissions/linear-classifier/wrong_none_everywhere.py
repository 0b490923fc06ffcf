# expect: LinearClassifier.train=raised LinearClassifier.predict=raised hyper_search=raised
import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=None, num_iters=100, batch_size=200, verbose=False):
        reg = None
        for it in range(num_iters):
            rows = np.random.choice(len(X), batch_size)
            loss, grad = self.loss(X[rows], y[rows], reg)
            self.W -= learning_rate * grad
        return []

    def predict(self, X):
        return np.argmax(self.weights.dot(X), axis=1)


def hyper_search(learning_rates, regs, evaluate):
    best_val = None
    for lr in learning_rates:
        for reg in regs:
            if evaluate(lr, reg)[1] > best_val:
                best_val = evaluate(lr, reg)[1]
    return best_val
