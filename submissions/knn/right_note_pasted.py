# expect: KNearestNeighbor.compute_distances_two_loops=passed KNearestNeighbor.compute_distances_one_loop=passed KNearestNeighbor.compute_distances_no_loops=passed KNearestNeighbor.predict_labels=passed
import numpy as np
import matplotlib.pyplot as plt


class NearestNeighbor(object):
    def __init__(self):
        pass

    def train(self, X, y):
        self.Xtr = X
        self.ytr = y

    def predict(self, X):
        num_test = X.shape[0]
        Ypred = np.zeros(num_test, dtype=self.ytr.dtype)
        for i in range(num_test):
            distances = np.sum(np.abs(self.Xtr - X[i, :]), axis=1)  # L1
            min_index = np.argmin(distances)
            Ypred[i] = self.ytr[min_index]
        return Ypred


class KNearestNeighbor(NearestNeighbor):
    def compute_distances_two_loops(self, X):
        return np.array([[np.sqrt(np.sum((a - b) ** 2)) for b in self.Xtr] for a in X])

    def compute_distances_one_loop(self, X):
        dists = np.zeros((X.shape[0], self.Xtr.shape[0]))
        for i in range(X.shape[0]):
            dists[i, :] = np.sqrt(np.sum(np.square(self.Xtr - X[i, :]), axis=1))
        return dists

    def compute_distances_no_loops(self, X):
        squares = (X ** 2).sum(axis=1, keepdims=True) - 2 * X.dot(self.Xtr.T) + (self.Xtr ** 2).sum(axis=1)
        return np.sqrt(np.clip(squares, 0, None))

    def predict_labels(self, dists, k=1):
        Ypred = np.zeros(len(dists), dtype=self.ytr.dtype)
        for i in range(len(dists)):
            labels, votes = np.unique(self.ytr[np.argsort(dists[i])[:k]], return_counts=True)
            Ypred[i] = labels[np.argmax(votes)]
        return Ypred


np.random.seed(0)
Xtr_rows, Ytr = np.random.randint(0, 256, (100, 48)).astype(float), np.random.randint(10, size=100)
Xval_rows, Yval = np.random.randint(0, 256, (50, 48)).astype(float), np.random.randint(10, size=50)

nn = NearestNeighbor()
nn.train(Xtr_rows, Ytr)
print('accuracy: %f' % (np.mean(nn.predict(Xval_rows) == Yval)))

validation_accuracies = []
for k in [1, 3, 5, 10, 20, 50]:
    knn = KNearestNeighbor()
    knn.train(Xtr_rows, Ytr)
    acc = np.mean(knn.predict_labels(knn.compute_distances_no_loops(Xval_rows), k) == Yval)
    print('k: %d accuracy: %f' % (k, acc))
    validation_accuracies.append((k, acc))

plt.plot(*zip(*validation_accuracies))
plt.xlabel('k')
plt.show()
