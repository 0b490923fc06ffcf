# expect: LinearClassifier.train=passed LinearClassifier.predict=passed hyper_search=passed
import numpy as np


class LinearClassifier:
    """선형 분류기"""

    W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        N, D = X.shape
        C = int(y.max()) + 1  # 클래스 수
        if self.W is None:
            self.W = np.random.normal(scale=1e-3, size=(D, C))
        loss_history = []
        순서 = np.random.permutation(N)
        시작 = 0
        for it in range(num_iters):
            # 한 에폭이 끝나면 다시 섞음
            if 시작 + batch_size > N:
                순서, 시작 = np.random.permutation(N), 0
            뽑은 = 순서[시작:시작 + batch_size]
            시작 += batch_size
            손실, 기울기 = self.loss(X[뽑은], y[뽑은], reg)
            loss_history += [손실]
            self.W -= learning_rate * 기울기
        return loss_history

    def predict(self, X):
        점수 = np.einsum("nd,dc->nc", X, self.W)
        return np.array([np.argmax(행) for 행 in 점수])


def hyper_search(learning_rates, regs, evaluate):
    results, best, best_val = {}, None, float("-inf")
    for learning_rate in learning_rates:
        for reg in regs:
            results[learning_rate, reg] = evaluate(learning_rate=learning_rate, reg=reg)
            if results[learning_rate, reg][1] > best_val:
                best_val = results[learning_rate, reg][1]
                best = [learning_rate, reg]
    return best, results
