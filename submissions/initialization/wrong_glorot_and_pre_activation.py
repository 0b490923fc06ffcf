# expect: init_weights=failed activation_stats=failed
# expect-failing: init_weights: value[base] robustness[more outputs]
# expect-failing: activation_stats: value robustness
# expect-diagnosis: init_weights: glorot-for-fan-in
# expect-diagnosis: activation_stats: stats-of-pre-activation
import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    std = {"small": 0.01, "xavier": np.sqrt(2.0 / (fan_in + fan_out)), "he": np.sqrt(2.0 / fan_in)}[kind]
    return std * np.random.randn(fan_in, fan_out)


def activation_stats(X, weights, activation):
    stats = []
    for W in weights:
        before = X.dot(W)
        stats.append((before.mean(), before.std(), np.mean(before == 0)))
        X = activation(before)
    return stats
