# expect: LinearClassifier.train=not-implemented LinearClassifier.predict=not-implemented hyper_search=not-implemented
# points: 0.00
import numpy as np


class LinearClassifier(object):
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        num_train, dim = X.shape
        num_classes = np.max(y) + 1
        if self.W is None:
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            X_batch = None
            y_batch = None
            # your code: the minibatch
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            # your code: the update
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        y_pred = np.zeros(X.shape[0])
        # your code
        return y_pred

    def loss(self, X_batch, y_batch, reg):
        pass


def hyper_search(learning_rates, regs, evaluate):
    results = {}
    best = None
    # your code
    return best, results
