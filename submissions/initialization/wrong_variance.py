# expect: init_weights=failed activation_stats=failed
# expect-failing: init_weights: value[base; he] robustness[more inputs; more outputs]
# expect-failing: activation_stats: contract value robustness
# expect-diagnosis: init_weights: variance-for-std
import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    if kind == "small":
        return 0.01 * np.random.randn(fan_in, fan_out)
    variance = (2.0 if kind == "he" else 1.0) / fan_in
    return variance * np.random.randn(fan_in, fan_out)


def activation_stats(X, weights, activation):
    means, variances, zeros = [], [], []
    for W in weights:
        X = activation(X.dot(W))
        means.append(X.mean())
        variances.append(X.var())
        zeros.append((X == 0).sum())
    return means, variances, zeros
