# expect: LinearClassifier.train=failed LinearClassifier.predict=failed hyper_search=failed
# expect-failing: LinearClassifier.train: value[base; other sizes] robustness
# expect-failing: LinearClassifier.predict: value robustness
# expect-failing: hyper_search: value[base; 3x2] robustness[one rate; arrays; tie]
# expect-diagnosis: LinearClassifier.train: gradient-ascent+minibatch-never-resampled
# expect-diagnosis: LinearClassifier.predict: argmin-for-argmax
# expect-diagnosis: hyper_search: last-kept-not-best
import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        num_train, dim = X.shape
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, np.max(y) + 1)
        loss_history = []
        rows = np.random.choice(num_train, batch_size)  # once for all
        for it in range(num_iters):
            loss, grad = self.loss(X[rows], y[rows], reg)
            loss_history.append(loss)
            self.W = self.W + learning_rate * grad
        return loss_history

    def predict(self, X):
        return X.dot(self.W).argmin(axis=1)


def hyper_search(learning_rates, regs, evaluate):
    results = {}
    best = None
    for lr in learning_rates:
        for reg in regs:
            results[(lr, reg)] = evaluate(lr, reg)
            best = (lr, reg)
    return best, results
