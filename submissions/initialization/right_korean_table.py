# expect: init_weights=passed activation_stats=passed
# 가중치 초기화
import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == 'zeros':
        W = np.zeros([fan_in, fan_out])
    elif kind == 'small':
        W = 0.01 * np.random.randn(fan_in, fan_out)
    elif kind == 'xavier':
        W = np.random.randn(fan_in, fan_out) / np.sqrt(fan_in)  # 분산 1/n
    elif kind == 'he':
        W = np.random.randn(fan_in, fan_out) / np.sqrt(fan_in / 2)  # 분산 2/n
    else:
        raise ValueError('알 수 없는 종류: ' + kind)
    return W


def activation_stats(X, weights, activation):
    # 층마다 한 줄: 평균, 표준편차, 0의 비율
    표 = np.zeros((len(weights), 3))
    for i, W in enumerate(weights):
        X = activation(X.dot(W))
        표[i, 0] = np.mean(X)
        표[i, 1] = np.sqrt(np.mean((X - 표[i, 0]) ** 2))
        표[i, 2] = np.sum(X == 0) / X.size
        print('층 %d: 평균 %f, 표준편차 %f' % (i + 1, 표[i, 0], 표[i, 1]))
    return 표
