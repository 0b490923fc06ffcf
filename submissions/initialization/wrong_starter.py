# expect: init_weights=not-implemented activation_stats=not-implemented
# points: 0.00
import numpy as np


def init_weights(fan_in, fan_out, kind):
    W = None
    # your code
    return W


def activation_stats(X, weights, activation):
    stats = []
    for W in weights:
        # your code
        pass
    return stats
