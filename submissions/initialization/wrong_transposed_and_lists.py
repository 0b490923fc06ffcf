# expect: init_weights=failed activation_stats=raised
# expect-failing: init_weights: contract value robustness
import numpy as np


def init_weights(fan_in, fan_out, kind):
    std = {"zeros": 0.0, "small": 0.01, "xavier": fan_out ** -0.5, "he": (2.0 / fan_out) ** 0.5}[kind]
    return std * np.random.randn(fan_out, fan_in)


def activation_stats(X, weights, activation):
    stats = []
    for W in weights:
        h = activation(X.tolist())
        stats.append((np.mean(h), np.std(h), np.mean(h == 0)))
    return stats
