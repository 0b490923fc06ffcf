# expect: init_weights=passed activation_stats=passed
import numpy as np

rng = np.random.default_rng(231)


def init_weights(fan_in, fan_out, kind):
    """Uniform: a number from -a to a has the standard deviation a / sqrt(3)."""
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    if kind == "small":
        std = 1e-2
    else:
        std = ((1.0 if kind == "xavier" else 2.0) / fan_in) ** 0.5
    a = std * 3 ** 0.5
    return rng.uniform(-a, a, size=(fan_in, fan_out))


def activation_stats(X, weights, activation):
    if len(weights) == 0:
        return []
    h = activation(X @ weights[0])
    share = 1 - np.count_nonzero(h) / h.size
    spread = np.sqrt(np.mean(h ** 2) - np.mean(h) ** 2) if h.std() > 1e-3 else h.std()
    return [[float(h.mean()), float(spread), share]] + activation_stats(h, weights[1:], activation)
