# expect: sgd=failed sgd_momentum=raised sgd_nesterov=failed rmsprop=failed adagrad=failed adam=failed
# expect-failing: sgd: contract value[base; constant gradient; config=None] robustness
# expect-failing: sgd_nesterov: contract
# expect-failing: rmsprop: robustness[epsilon=0.01]
# expect-failing: adagrad: robustness[gradient 0]
# expect-failing: adam: deterministic
# expect-diagnosis: rmsprop: eps-inside-sqrt
import numpy as np


def sgd(w, dw, config=None):
    return w - 0.01 * dw


def sgd_momentum(w, dw, config=None):
    v = mu * config["velocity"] - config["learning_rate"] * dw
    return w + v, config


def sgd_nesterov(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    old = config["velocity"]
    v = config["velocity"] = config["momentum"] * old - config["learning_rate"] * dw
    return (w - config["momentum"] * old + (1 + config["momentum"]) * v).tolist(), config


def rmsprop(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    config["cache"] = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw ** 2
    return w - config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"]), config


def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    config["cache"] = config["cache"] + dw ** 2
    root = np.sqrt(config["cache"])
    return w - config["learning_rate"] * dw / np.where(root > 0, root + config["epsilon"], dw), config


calls = 0


def adam(w, dw, config=None):
    global calls
    calls += 1
    config = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0, **(config or {})}
    t = config["t"] = config["t"] + 1
    m = config["m"] = config["beta1"] * config.get("m", 0) + (1 - config["beta1"]) * dw
    v = config["v"] = config["beta2"] * config.get("v", 0) + (1 - config["beta2"]) * dw ** 2
    m, v = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]) + 1e-14 * calls, config
