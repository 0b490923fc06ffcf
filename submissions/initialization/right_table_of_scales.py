# expect: init_weights=passed activation_stats=passed
import numpy as np


def init_weights(fan_in, fan_out, kind):
    scale = {"zeros": 0.0, "small": 0.01, "xavier": 1 / np.sqrt(fan_in), "he": np.sqrt(2 / fan_in)}[kind]
    return np.random.normal(0.0, 1.0, (fan_in, fan_out)) * scale


def activation_stats(X, weights, activation):
    Hs = []
    for W in weights:
        X = activation(np.dot(X, W))
        Hs.append(X)
    return [(H.mean(), H.std(), (H == 0).mean()) for H in Hs]
