"""First-order update rules: each takes weights w, their gradient dw of the same shape and a config, and returns the
next weights and the config for the next step.

What a config lacks gets the usual value. A rule keeps what it remembers in the config it returns; the arrays that it
was given stay as they are.
"""

import numpy as np


def _completed(config, w, numbers, *memories):
    """A config of its own with every number there, and zeros for what is remembered of the steps before."""
    return {**numbers, **{name: np.zeros_like(w) for name in memories}, **(config or {})}


def sgd(w, dw, config=None):
    """w - learning_rate * dw. Config: learning_rate (1e-2)."""
    config = _completed(config, w, {"learning_rate": 1e-2})
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    """v = momentum * v - learning_rate * dw; w + v. Config: learning_rate (1e-2), momentum (0.9), velocity."""
    config = _completed(config, w, {"learning_rate": 1e-2, "momentum": 0.9}, "velocity")
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config


def sgd_nesterov(w, dw, config=None):
    """Momentum that looks ahead (Bengio et al. 2012, arXiv:1212.0901): w + momentum * v - learning_rate * dw with the
    new v. Config as for sgd_momentum."""
    config = _completed(config, w, {"learning_rate": 1e-2, "momentum": 0.9}, "velocity")
    step = config["learning_rate"] * dw
    config["velocity"] = config["momentum"] * config["velocity"] - step
    return w + config["momentum"] * config["velocity"] - step, config


def rmsprop(w, dw, config=None):
    """Steps over the root of a moving average of the squared gradients. Config: learning_rate (1e-2), decay_rate
    (0.99), epsilon (1e-8), cache."""
    config = _completed(config, w, {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}, "cache")
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adagrad(w, dw, config=None):
    """Steps over the root of the sum of all squared gradients (Duchi et al. 2011). Config: learning_rate (1e-2),
    epsilon (1e-8), cache."""
    config = _completed(config, w, {"learning_rate": 1e-2, "epsilon": 1e-8}, "cache")
    config["cache"] = config["cache"] + dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adam(w, dw, config=None):
    """Moving averages of the gradient and its square, corrected for their start (Kingma and Ba 2014, arXiv:1412.6980).
    Config: learning_rate (1e-3), beta1 (0.9), beta2 (0.999), epsilon (1e-8), m, v, t (0, counted up before use)."""
    numbers = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = _completed(config, w, numbers, "m", "v")
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    step = config["learning_rate"] * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + config["epsilon"])
    return w - step, {**config, "m": m, "v": v, "t": t}
