# expect: sgd=failed sgd_momentum=failed sgd_nesterov=failed rmsprop=failed adagrad=failed adam=failed
# expect-failing: adam: value[base; constant gradient; config=None; t=5] robustness
# expect-diagnosis: sgd: learning-rate-missing
# expect-diagnosis: sgd_momentum: gradient-step-twice
# expect-diagnosis: sgd_nesterov: nesterov-is-plain-momentum velocity-saved-late
# expect-diagnosis: adagrad: weights-squared-for-gradient
# expect-diagnosis: adam: adam-no-bias-correction
import numpy as np


def sgd(w, dw, config=None):
    config = config or {"learning_rate": 1e-2}
    return w - dw, config


def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w - config["learning_rate"] * dw + v, {**config, "velocity": v}


def sgd_nesterov(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    v = config["velocity"]
    v *= config["momentum"]
    v -= config["learning_rate"] * dw
    v_prev = v  # the same array
    return w - config["momentum"] * v_prev + (1 + config["momentum"]) * v, config


def rmsprop(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw ** 2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) * config["epsilon"]), config


def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    config["cache"] = config["cache"] + w ** 2
    return w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"]), config


def adam(w, dw, config=None):
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0, **(config or {})}
    m = config["m"] = config["beta1"] * config.get("m", 0) + (1 - config["beta1"]) * dw
    v = config["v"] = config["beta2"] * config.get("v", 0) + (1 - config["beta2"]) * dw ** 2
    # no bias correction
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]), config
