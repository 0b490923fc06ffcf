# expect: FullyConnectedNet.__init__=passed FullyConnectedNet.loss=passed
"""역전파 함수를 순서대로 쌓았다가 거꾸로 부르는 방식. 층도 모두 이 파일 안에 있습니다."""
import numpy as np


def 정규화(x, 축):
    """축 방향으로 평균 0, 분산 1. 역전파 함수도 함께 돌려줍니다."""
    평균 = x.mean(axis=축, keepdims=True)
    표준편차 = np.sqrt(x.var(axis=축, keepdims=True) + 1e-5)
    결과 = (x - 평균) / 표준편차

    def 역(d):
        가운데 = d - d.mean(axis=축, keepdims=True)
        return (가운데 - 결과 * (d * 결과).mean(axis=축, keepdims=True)) / 표준편차

    return 결과, 역


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout_keep_ratio=1,
                 normalization=None, reg=0.0, weight_scale=1e-2, dtype=np.float32, seed=None):
        self.p, self.norm, self.reg, self.dtype, self.seed = dropout_keep_ratio, normalization, reg, dtype, seed
        self.층수 = len(hidden_dims) + 1
        크기 = [input_dim, *hidden_dims, num_classes]
        self.params = {}
        for i, (전, 후) in enumerate(zip(크기, 크기[1:]), start=1):
            self.params[f'W{i}'] = (weight_scale * np.random.standard_normal((전, 후))).astype(dtype)
            self.params[f'b{i}'] = np.zeros(후, dtype)
            if normalization and i < self.층수:
                self.params[f'gamma{i}'] = np.ones(후, dtype)
                self.params[f'beta{i}'] = np.zeros(후, dtype)
        self.이동 = [None] * self.층수  # 배치 정규화의 이동 평균과 분산

    def loss(self, X, y=None):
        훈련 = y is not None
        h = X.astype(self.dtype).reshape(X.shape[0], -1)
        P, 기울기, 뒤로 = self.params, {}, []

        def 아핀(i, h):
            def 역(d):
                기울기[f'W{i}'] = h.T @ d + self.reg * P[f'W{i}']
                기울기[f'b{i}'] = d.sum(0)
                return d @ P[f'W{i}'].T
            뒤로.append(역)
            return h @ P[f'W{i}'] + P[f'b{i}']

        def 정규층(i, h):
            if self.norm == 'batchnorm' and not 훈련:
                평균, 분산 = self.이동[i] if self.이동[i] else (0 * h[0], 0 * h[0])
                return P[f'gamma{i}'] * (h - 평균) / np.sqrt(분산 + 1e-5) + P[f'beta{i}']
            표준, 풀기 = 정규화(h, 0 if self.norm == 'batchnorm' else 1)
            if self.norm == 'batchnorm':
                옛평균, 옛분산 = self.이동[i] if self.이동[i] else (0, 0)
                self.이동[i] = (0.9 * 옛평균 + 0.1 * h.mean(0), 0.9 * 옛분산 + 0.1 * h.var(0))

            def 역(d):
                기울기[f'gamma{i}'], 기울기[f'beta{i}'] = (d * 표준).sum(0), d.sum(0)
                return 풀기(d * P[f'gamma{i}'])
            뒤로.append(역)
            return P[f'gamma{i}'] * 표준 + P[f'beta{i}']

        for i in range(1, self.층수):
            h = 아핀(i, h)
            if self.norm:
                h = 정규층(i, h)
            켜짐 = h > 0
            h = h * 켜짐
            뒤로.append(lambda d, 켜짐=켜짐: d * 켜짐)
            if 훈련 and self.p != 1:
                if self.seed is not None:
                    np.random.seed(self.seed)
                마스크 = (np.random.random(h.shape) < self.p) / self.p
                h = h * 마스크
                뒤로.append(lambda d, 마스크=마스크: d * 마스크)
        점수 = 아핀(self.층수, h)
        if not 훈련:
            return 점수

        로그확률 = 점수 - 점수.max(1, keepdims=True)
        로그확률 = 로그확률 - np.log(np.exp(로그확률).sum(1, keepdims=True))
        행 = np.arange(len(y))
        손실 = -로그확률[행, y].mean()
        손실 += 0.5 * self.reg * sum((P[f'W{i}'] ** 2).sum() for i in range(1, self.층수 + 1))
        d = np.exp(로그확률)
        d[행, y] -= 1
        d /= len(y)
        for 역 in reversed(뒤로):
            d = 역(d)
        return 손실, 기울기
