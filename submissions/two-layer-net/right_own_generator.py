# expect: TwoLayerNet.__init__=passed TwoLayerNet.loss=passed
"""층 크기는 부모 클래스의 생성자가 받고, 가중치는 시드 없는 새 난수 생성기에서 뽑습니다. params는 읽기 전용입니다."""
import numpy as np


class 두층:
    def __init__(self, input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        난수 = np.random.default_rng()
        self.reg = reg
        self.__값 = dict(
            W1=weight_scale * 난수.standard_normal((input_dim, hidden_dim)), b1=np.zeros(hidden_dim),
            W2=weight_scale * 난수.standard_normal((hidden_dim, num_classes)), b2=np.zeros(num_classes))

    @property
    def params(self):
        return self.__값


class TwoLayerNet(두층):
    def loss(self, X, y=None):
        W1, b1, W2, b2 = map(self.params.get, ('W1', 'b1', 'W2', 'b2'))
        x = X.reshape(len(X), -1)
        은닉 = np.maximum(0, x @ W1 + b1)
        점수 = 은닉 @ W2 + b2
        if y is None:
            return 점수
        z = 점수 - 점수.max(1, keepdims=True)
        로그확률 = z - np.log(np.exp(z).sum(1, keepdims=True))
        손실 = -np.mean(로그확률[np.arange(len(y)), y]) + self.reg / 2 * ((W1 ** 2).sum() + (W2 ** 2).sum())
        d2 = (np.exp(로그확률) - np.eye(W2.shape[1])[y]) / len(y)
        d1 = d2 @ W2.T * (은닉 > 0)
        return 손실, {'W1': x.T @ d1 + self.reg * W1, 'b1': d1.sum(0),
                    'W2': 은닉.T @ d2 + self.reg * W2, 'b2': d2.sum(0)}
