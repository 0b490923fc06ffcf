# expect: init_weights=failed activation_stats=failed
# expect-failing: init_weights: value[base; he; small] robustness
# expect-failing: activation_stats: deterministic
# expect-diagnosis: init_weights: uniform-positive-weights
import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    std = {"small": 0.01, "xavier": fan_in ** -0.5, "he": (2.0 / fan_in) ** 0.5}[kind]
    return std * np.random.rand(fan_in, fan_out)


seen = []


def activation_stats(X, weights, activation):
    seen.append(len(X))
    stats = []
    for W in weights:
        X = activation(X.dot(W))
        stats.append((X.mean(), X.std() * (1 + 1e-10 * len(seen)), np.mean(X == 0)))
    return stats
