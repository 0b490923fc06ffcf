# expect: TwoLayerNet.loss=passed TwoLayerNet.train=passed TwoLayerNet.predict=passed
"""2층 신경망: 완전연결 - ReLU - 완전연결 - 소프트맥스"""
import matplotlib.pyplot as plt
import numpy as np
from past.builtins import xrange


def 로그소프트맥스(점수):
    밀린점수 = 점수 - np.max(점수, axis=1, keepdims=True)
    return 밀린점수 - np.log(np.sum(np.exp(밀린점수), axis=1, keepdims=True))


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        크기 = (input_size, hidden_size, output_size)
        self.params = {}
        for 층 in (1, 2):
            self.params["W%d" % 층] = np.random.normal(0, std, 크기[층 - 1 : 층 + 1])
            self.params["b%d" % 층] = np.zeros((크기[층],))

    def loss(self, X, y=None, reg=0.0):
        p = self.params
        은닉 = X @ p["W1"] + p["b1"]
        활성 = 은닉 * (은닉 > 0)
        점수 = 활성 @ p["W2"] + p["b2"]
        if y is None:
            return 점수
        로그확률 = 로그소프트맥스(점수)
        정답 = np.eye(점수.shape[1])[y]
        손실 = -np.mean(로그확률[정답 == 1]) + reg * sum(np.sum(p[k] ** 2) for k in ("W1", "W2"))
        # 역전파
        d점수 = (np.exp(로그확률) - 정답) / len(X)
        d은닉 = (d점수 @ p["W2"].T) * (은닉 > 0)
        기울기 = dict(
            W1=X.T @ d은닉 + 2 * reg * p["W1"],
            b1=np.sum(d은닉, axis=0),
            W2=활성.T @ d점수 + 2 * reg * p["W2"],
            b2=np.sum(d점수, axis=0),
        )
        return 손실, 기울기

    def train(self, X, y, X_val, y_val, learning_rate=1e-3, learning_rate_decay=0.95, reg=5e-6,
              num_iters=100, batch_size=200, verbose=False):
        기록 = {"loss_history": [], "train_acc_history": [], "val_acc_history": []}
        한바퀴 = max(X.shape[0] // batch_size, 1)
        for it in xrange(num_iters):
            번호 = np.random.randint(0, X.shape[0], batch_size)
            손실, 기울기 = self.loss(X[번호], y[번호], reg)
            기록["loss_history"].append(손실)
            self.params = {k: v - learning_rate * 기울기[k] for k, v in self.params.items()}
            if it % 한바퀴 == 0:
                기록["train_acc_history"].append(np.mean(self.predict(X[번호]) == y[번호]))
                기록["val_acc_history"].append(np.mean(self.predict(X_val) == y_val))
                learning_rate *= learning_rate_decay
        return 기록

    def predict(self, X):
        은닉 = np.maximum(X.dot(self.params["W1"]) + self.params["b1"], 0)
        return (은닉.dot(self.params["W2"]) + self.params["b2"]).argmax(axis=1)
