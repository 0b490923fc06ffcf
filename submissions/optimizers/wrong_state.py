# expect: sgd=passed sgd_momentum=failed sgd_nesterov=failed rmsprop=failed adagrad=failed adam=failed
# expect-diagnosis: adam: adam-corrected-state-stored
"""Every rule is right where nothing was before: what is kept from step to step is not what belongs there."""
import copy

import numpy as np

velocities = {}


def with_defaults(config, **defaults):
    for key, value in defaults.items():
        config.setdefault(key, value)
    return config


def sgd(w, dw, config=None):
    config = with_defaults({} if config is None else config, learning_rate=1e-2)
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    # the velocity lives in the module, by the shape of the weights, and never in config
    config = with_defaults({} if config is None else config, learning_rate=1e-2, momentum=0.9)
    v = velocities.get(w.shape, 0)
    velocities[w.shape] = config["momentum"] * v - config["learning_rate"] * dw
    return w + velocities[w.shape], config


def sgd_nesterov(w, dw, config=None):
    # works on a copy and hands back the old one
    new = with_defaults({} if config is None else copy.deepcopy(config), learning_rate=1e-2, momentum=0.9)
    v_prev = new.get("velocity", np.zeros_like(w))
    new["velocity"] = new["momentum"] * v_prev - new["learning_rate"] * dw
    return w - new["momentum"] * v_prev + (1 + new["momentum"]) * new["velocity"], config


def rmsprop(w, dw, config=None):
    # keeps the root instead of the mean square
    config = with_defaults(
        {} if config is None else config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w)
    )
    config["cache"] = np.sqrt(config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw ** 2)
    return w - config["learning_rate"] * dw / (config["cache"] + config["epsilon"]), config


def adagrad(w, dw, config=None):
    # starts at zero in every step
    config = with_defaults({} if config is None else config, learning_rate=1e-2, epsilon=1e-8)
    config["cache"] = np.zeros_like(w)
    config["cache"] += dw * dw
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adam(w, dw, config=None):
    # keeps the corrected means, so that they are corrected anew each time
    config = with_defaults(
        {} if config is None else config,
        learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros_like(w), v=np.zeros_like(w), t=0,
    )
    config["t"] += 1
    for key, beta, seen in (("m", config["beta1"], dw), ("v", config["beta2"], dw ** 2)):
        config[key] = (beta * config[key] + (1 - beta) * seen) / (1 - beta ** config["t"])
    return w - config["learning_rate"] * config["m"] / (np.sqrt(config["v"]) + config["epsilon"]), config
