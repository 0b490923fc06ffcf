# expect: init_weights=failed activation_stats=passed
# expect-failing: init_weights: robustness[more inputs; more outputs; another draw]
# expect-diagnosis: init_weights: sorted-weights
import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    std = {"small": 0.01, "xavier": np.sqrt(1 / fan_in), "he": np.sqrt(2 / fan_in)}[kind]
    # uniform, with the right spread, but nothing is random
    return np.linspace(-np.sqrt(3) * std, np.sqrt(3) * std, fan_in * fan_out).reshape(fan_in, fan_out)


def activation_stats(X, weights, activation):
    stats = []
    for W in weights:
        X = activation(X @ W)
        stats.append((X.mean(), X.std(), (X == 0).mean()))
    return stats
