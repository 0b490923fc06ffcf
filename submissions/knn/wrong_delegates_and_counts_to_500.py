# expect: KNearestNeighbor.compute_distances_two_loops=passed KNearestNeighbor.compute_distances_one_loop=failed KNearestNeighbor.compute_distances_no_loops=failed KNearestNeighbor.predict_labels=raised
# expect-failing: KNearestNeighbor.compute_distances_one_loop: contract value robustness
# expect-failing: KNearestNeighbor.compute_distances_no_loops: vectorised
# expect-diagnosis: KNearestNeighbor.compute_distances_one_loop: result-transposed
# expect-diagnosis: KNearestNeighbor.predict_labels: hard-coded-sample-count
import numpy as np


class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = np.linalg.norm(X[i] - self.X_train[j])
        return dists

    def compute_distances_one_loop(self, X):
        return np.array([np.linalg.norm(self.X_train - x, axis=1) for x in X]).T

    def compute_distances_no_loops(self, X):
        return self.compute_distances_two_loops(X)

    def predict_labels(self, dists, k=1):
        y_pred = np.zeros(dists.shape[0])
        for i in range(500):
            y_pred[i] = np.argmax(np.bincount(self.y_train[np.argsort(dists[i])[:k]]))
        return y_pred
