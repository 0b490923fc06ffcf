# expect: KNearestNeighbor.compute_distances_two_loops=passed KNearestNeighbor.predict_labels=passed
# expect-warning: KNearestNeighbor.predict_labels: hard-coded-class-count
import numpy as np


class KNearestNeighbor:
    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        dists = np.zeros((X.shape[0], self.X_train.shape[0]))
        for i in range(X.shape[0]):
            for j in range(self.X_train.shape[0]):
                dists[i, j] = np.sqrt(np.sum((X[i] - self.X_train[j]) ** 2))
        return dists

    def predict_labels(self, dists, k=1):
        y_pred = np.zeros(dists.shape[0])
        for i in range(dists.shape[0]):
            votes = [0] * 10  # CIFAR-10
            for j in np.argsort(dists[i])[:k]:
                if self.y_train[j] < 10:
                    votes[self.y_train[j]] += 1
            y_pred[i] = votes.index(max(votes))
        return y_pred
