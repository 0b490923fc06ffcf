# expect: KNearestNeighbor.compute_distances_two_loops=failed KNearestNeighbor.compute_distances_one_loop=failed KNearestNeighbor.compute_distances_no_loops=failed KNearestNeighbor.predict_labels=failed
# expect-failing: KNearestNeighbor.predict_labels: value[tie of 2; tie of 4]
# expect-diagnosis: KNearestNeighbor.compute_distances_two_loops: distance-not-rooted
# expect-diagnosis: KNearestNeighbor.compute_distances_one_loop: distance-not-rooted
# expect-diagnosis: KNearestNeighbor.compute_distances_no_loops: distance-not-rooted
# expect-diagnosis: KNearestNeighbor.predict_labels: tie-to-nearest
# points: 17.30
import numpy as np
from collections import Counter


class KNearestNeighbor:
    """Squared distances throughout, and a vote that the nearest neighbour decides where it is tied."""

    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        dists = np.zeros((len(X), len(self.X_train)))
        for i in range(len(X)):
            for j in range(len(self.X_train)):
                dists[i, j] = np.sum((X[i] - self.X_train[j]) ** 2)
        return dists

    def compute_distances_one_loop(self, X):
        dists = np.zeros((len(X), len(self.X_train)))
        for i in range(len(X)):
            dists[i] = np.sum((X[i] - self.X_train) ** 2, axis=1)
        return dists

    def compute_distances_no_loops(self, X):
        return (X ** 2).sum(1)[:, None] + (self.X_train ** 2).sum(1) - 2 * X.dot(self.X_train.T)

    def predict_labels(self, dists, k=1):
        nearest = self.y_train[np.argsort(dists, axis=1)[:, :k]]
        return np.array([Counter(row.tolist()).most_common(1)[0][0] for row in nearest])
