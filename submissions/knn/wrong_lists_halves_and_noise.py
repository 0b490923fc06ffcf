# expect: KNearestNeighbor.compute_distances_two_loops=failed KNearestNeighbor.compute_distances_one_loop=failed KNearestNeighbor.compute_distances_no_loops=failed KNearestNeighbor.predict_labels=failed
# expect-failing: KNearestNeighbor.compute_distances_two_loops: contract
# expect-failing: KNearestNeighbor.compute_distances_one_loop: value[base; more tests; offset 30] robustness
# expect-failing: KNearestNeighbor.compute_distances_no_loops: deterministic
# expect-failing: KNearestNeighbor.predict_labels: value robustness
# expect-diagnosis: KNearestNeighbor.predict_labels: mean-label
import numpy as np


class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        return [[float(np.linalg.norm(x - t)) for t in self.X_train] for x in X]

    def compute_distances_one_loop(self, X):
        dists = np.zeros((len(X), len(self.X_train)), dtype=np.float16)
        for i, x in enumerate(X):
            dists[i] = np.linalg.norm(self.X_train - x, axis=1)
        return dists

    calls = 0

    def compute_distances_no_loops(self, X):
        KNearestNeighbor.calls += 1
        noise = 1e-9 * KNearestNeighbor.calls
        squares = (X ** 2).sum(axis=1)[:, None] + (self.X_train ** 2).sum(axis=1) - 2 * X @ self.X_train.T
        return np.sqrt(squares) * (1 + noise)

    def predict_labels(self, dists, k=1):
        nearest = self.y_train[np.argsort(dists, axis=1)[:, :k]]
        return nearest.mean(axis=1)
