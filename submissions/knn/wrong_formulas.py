# expect: KNearestNeighbor.compute_distances_two_loops=failed KNearestNeighbor.compute_distances_one_loop=failed KNearestNeighbor.compute_distances_no_loops=failed KNearestNeighbor.predict_labels=failed
# expect-failing: KNearestNeighbor.compute_distances_one_loop: value robustness
# expect-diagnosis: KNearestNeighbor.compute_distances_two_loops: half-power-precedence
# expect-diagnosis: KNearestNeighbor.compute_distances_one_loop: manhattan-distance
# expect-diagnosis: KNearestNeighbor.compute_distances_no_loops: cross-term-halved
# expect-diagnosis: KNearestNeighbor.predict_labels: order-taken-for-ranks
import numpy as np


class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = np.sum((X[i] - self.X_train[j]) ** 2) ** 1 / 2
        return dists

    def compute_distances_one_loop(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            dists[i] = np.sum(np.abs(X[i] - self.X_train), axis=1)
        return dists

    def compute_distances_no_loops(self, X):
        sq = np.sum(X ** 2, axis=1)[:, None] + np.sum(self.X_train ** 2, axis=1) - X.dot(self.X_train.T)
        return np.sqrt(sq)

    def predict_labels(self, dists, k=1):
        y_pred = np.zeros(dists.shape[0])
        for i in range(dists.shape[0]):
            # ranks, not positions: the inverse of the order
            closest_y = self.y_train[np.argsort(dists[i]) < k]
            y_pred[i] = np.argmax(np.bincount(closest_y))
        return y_pred
