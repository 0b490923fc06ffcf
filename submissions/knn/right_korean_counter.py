# expect: KNearestNeighbor.compute_distances_two_loops=passed KNearestNeighbor.compute_distances_one_loop=passed KNearestNeighbor.compute_distances_no_loops=passed KNearestNeighbor.predict_labels=passed
# 과제 1: k-최근접 이웃 분류기
import numpy as np
from collections import Counter


class KNearestNeighbor(object):
    def train(self, X, y):
        self.X_train = X  # 학습 데이터를 그대로 저장
        self.y_train = y

    def compute_distances_two_loops(self, X):
        # 이중 반복문으로 유클리드 거리를 구함
        거리 = np.empty((X.shape[0], self.X_train.shape[0]))
        for i, x in enumerate(X):
            for j, t in enumerate(self.X_train):
                거리[i, j] = np.linalg.norm(x - t)
        return 거리

    def compute_distances_one_loop(self, X):
        거리 = np.empty((X.shape[0], self.X_train.shape[0]))
        for j, t in enumerate(self.X_train):  # 학습 데이터에 대해서만 반복
            거리[:, j] = np.sqrt(np.sum(np.square(X - t), axis=1))
        return 거리

    def compute_distances_no_loops(self, X):
        # 브로드캐스팅: (M, 1, D) - (N, D)
        return np.linalg.norm(X[:, np.newaxis, :] - self.X_train, axis=2)

    def predict_labels(self, dists, k=1):
        예측 = []
        for 행 in dists:
            이웃 = [int(self.y_train[j]) for j in sorted(range(len(행)), key=lambda j: 행[j])[:k]]
            표 = Counter(이웃)
            # 동점이면 더 작은 라벨
            예측.append(min(표, key=lambda 라벨: (-표[라벨], 라벨)))
        return np.array(예측)
