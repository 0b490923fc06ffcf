# expect: sgd=passed sgd_momentum=passed rmsprop=passed adam=passed
import numpy as np
from collections import defaultdict
import torch


def decorated(update):
    def with_config(w, dw, config=None):
        config = {} if config is None else config
        return update(w, dw, config), config
    return with_config


@decorated
def sgd(w, dw, config):
    return w - config.setdefault("learning_rate", 1e-2) * dw


@decorated
def sgd_momentum(w, dw, config):
    velocity = config.get("velocity", np.zeros_like(w)) * config.setdefault("momentum", 0.9)
    velocity -= config.setdefault("learning_rate", 1e-2) * dw
    config["velocity"] = velocity
    return w + velocity


@decorated
def rmsprop(w, dw, config):
    decay = config.setdefault("decay_rate", 0.99)
    config["cache"] = decay * config.get("cache", np.zeros_like(w)) + (1 - decay) * np.square(dw)
    return w - config.setdefault("learning_rate", 1e-2) * dw / (np.sqrt(config["cache"]) + config.setdefault("epsilon", 1e-8))


@decorated
def adam(w, dw, config):
    for name, default in (("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)):
        config.setdefault(name, default)
    moments = defaultdict(lambda: np.zeros_like(w), {k: config[k] for k in ("m", "v") if k in config})
    config["m"] = config["beta1"] * moments["m"] + (1 - config["beta1"]) * dw
    config["v"] = config["beta2"] * moments["v"] + (1 - config["beta2"]) * dw * dw
    config["t"] += 1
    m = config["m"] / -np.expm1(config["t"] * np.log(config["beta1"]))
    v = config["v"] / -np.expm1(config["t"] * np.log(config["beta2"]))
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"])


def compare_with_torch(w):
    return torch.optim.Adam([torch.tensor(w)])
