# expect: init_weights=failed activation_stats=failed
# expect-failing: init_weights: robustness[more inputs; more outputs; another draw]
# expect-failing: activation_stats: value[base; relu, small weights] robustness
# expect-diagnosis: activation_stats: dead-units-for-zeros
import numpy as np


def init_weights(fan_in, fan_out, kind):
    """Right spread, and every weight is plus or minus the same number, in the same pattern."""
    np.random.seed(231)
    std = {"zeros": 0.0, "small": 0.01, "xavier": fan_in ** -0.5, "he": (2.0 / fan_in) ** 0.5}[kind]
    return std * np.sign(np.random.randn(fan_in, fan_out))


def activation_stats(X, weights, activation):
    stats = []
    for W in weights:
        X = activation(X.dot(W))
        dead = (X == 0).all(axis=0)
        stats.append((X.mean(), X.std(), dead.mean()))
    return stats
