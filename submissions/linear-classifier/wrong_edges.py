# expect: LinearClassifier.train=failed LinearClassifier.predict=failed hyper_search=failed
# expect-failing: LinearClassifier.train: value[base; other sizes] robustness
# expect-failing: LinearClassifier.predict: robustness[N=1; scores below 0]
# expect-failing: hyper_search: deterministic
# expect-diagnosis: LinearClassifier.train: columns-sampled-for-rows
import time

import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        num_train, dim = X.shape
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, np.max(y) + 1)
        loss_history = []
        for it in range(num_iters):
            # indices from the number of features
            rows = np.random.choice(dim, batch_size)
            loss, grad = self.loss(X[rows], y[rows], reg)
            loss_history.append(loss)
            self.W = self.W - learning_rate * grad
        return loss_history

    def predict(self, X):
        scores = np.squeeze(X.dot(self.W))
        best, best_score = np.zeros(len(X)), np.full(len(X), -20.0)
        for c in range(self.W.shape[1]):
            better = scores[:, c] > best_score
            best[better], best_score[better] = c, scores[better, c]
        return best


asked = []


def hyper_search(learning_rates, regs, evaluate):
    asked.append(time.time())
    results = {(lr, reg): evaluate(lr, reg) for lr in learning_rates for reg in regs}
    best = max(results, key=lambda key: results[key][1])
    return (best[0] * (1 + 1e-12 * len(asked)), best[1]), results
