# expect: rmsprop=failed adam=failed
# expect-failing: rmsprop: value[config=None]
# expect-failing: adam: value[config=None]
# expect-diagnosis: adam: adam-t-is-two-at-first
import numpy as np


def rmsprop(w, dw, config=None):
    # other defaults than the handout's
    config = {"learning_rate": 9e-3, "decay_rate": 0.9, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw ** 2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adam(w, dw, config=None):
    # t starts at 1 and is increased first all the same
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 1, **(config or {})}
    t = config["t"] + 1
    m = config["beta1"] * config.get("m", 0) + (1 - config["beta1"]) * dw
    v = config["beta2"] * config.get("v", 0) + (1 - config["beta2"]) * dw ** 2
    config.update(m=m, v=v, t=t)
    m, v = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]), config
