# expect: LinearClassifier.train=failed LinearClassifier.predict=failed hyper_search=failed
# expect-failing: LinearClassifier.train: contract value[base; other sizes] robustness
# expect-failing: LinearClassifier.predict: contract value robustness
# expect-failing: hyper_search: value[base; 3x2] robustness
# expect-diagnosis: LinearClassifier.predict: max-for-argmax
import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        num_train, dim = X.shape
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, np.max(y) + 1)
        for it in range(num_iters):
            X_batch = X[np.random.choice(num_train, batch_size)]
            y_batch = y[np.random.choice(num_train, batch_size)]
            loss, grad = self.loss(X_batch, y_batch, reg)
            self.W -= learning_rate * (grad + 2 * reg * self.W)

    def predict(self, X):
        return X.dot(self.W).max(axis=1).astype(complex)


def hyper_search(learning_rates, regs, evaluate):
    results = {}
    for lr, reg in zip(learning_rates, regs):
        results[(reg, lr)] = evaluate(reg, lr)
    return max(results, key=lambda key: results[key][0]), results
