# expect: KNearestNeighbor.compute_distances_two_loops=passed KNearestNeighbor.compute_distances_one_loop=passed KNearestNeighbor.compute_distances_no_loops=passed KNearestNeighbor.predict_labels=passed
import numpy as np


class _Memory(object):
    """What is remembered of training."""

    def train(self, X, y):
        self.X_train = X
        self.y_train = y


class KNearestNeighbor(_Memory):
    def compute_distances_two_loops(self, X, verbose=False):
        dists = np.zeros((len(X), len(self.X_train)), dtype=np.float64)
        i = 0
        while i < len(X):
            j = 0
            while j < len(self.X_train):
                diff = X[i] - self.X_train[j]
                dists[i, j] = np.sqrt(np.dot(diff, diff))
                j += 1
            i += 1
        if verbose:
            print(dists)
        return dists

    def compute_distances_one_loop(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            tiled = np.tile(X[i], (self.X_train.shape[0], 1))
            dists[i, :] = np.sum((self.X_train - tiled) ** 2, 1) ** 0.5
        return dists

    def compute_distances_no_loops(self, X):
        a = (X * X).sum(axis=1, keepdims=True)
        b = (self.X_train * self.X_train).sum(axis=1)
        dists = a - 2 * X @ self.X_train.T
        dists += b
        dists **= 0.5
        return dists

    def predict_labels(self, dists, k=1):
        y_pred = []
        for row in dists:
            nearest = np.argpartition(row, k - 1)[:k]
            values, counts = np.unique(self.y_train[nearest], return_counts=True)
            y_pred.append(values[counts == counts.max()].min())
        return np.asarray(y_pred, dtype=float)
