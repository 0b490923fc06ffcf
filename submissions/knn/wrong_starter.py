# expect: KNearestNeighbor.compute_distances_two_loops=not-implemented KNearestNeighbor.compute_distances_one_loop=not-implemented KNearestNeighbor.compute_distances_no_loops=not-implemented KNearestNeighbor.predict_labels=not-implemented
# points: 0.00
import numpy as np


class KNearestNeighbor(object):
    def __init__(self):
        pass

    def train(self, X, y):
        self.X_train = X
        self.y_train = y

    def compute_distances_two_loops(self, X):
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            for j in range(num_train):
                # your code: the distance between the ith test and the jth training sample
                pass
        return dists

    def compute_distances_one_loop(self, X):
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        for i in range(num_test):
            # your code
            pass
        return dists

    def compute_distances_no_loops(self, X):
        num_test = X.shape[0]
        num_train = self.X_train.shape[0]
        dists = np.zeros((num_test, num_train))
        # your code
        pass
        return dists

    def predict_labels(self, dists, k=1):
        num_test = dists.shape[0]
        y_pred = np.zeros(num_test)
        for i in range(num_test):
            closest_y = []
            # your code: the labels of the k nearest neighbours
            pass
            # your code: the most common of them
            pass
        return y_pred
