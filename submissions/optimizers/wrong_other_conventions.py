# expect: sgd_momentum=failed sgd_nesterov=failed rmsprop=failed adagrad=failed adam=failed
# expect-diagnosis: sgd_momentum: velocity-without-rate
# expect-diagnosis: sgd_nesterov: velocity-without-rate
# expect-diagnosis: rmsprop: state-in-v-and-a
# expect-diagnosis: adagrad: state-in-v-and-a
# expect-diagnosis: adam: adam-t-starts-at-one
# points: 22.95
import numpy as np


def sgd_momentum(w, dw, config=None):
    """v = mu v + dw, and the rate when w is moved."""
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", np.zeros_like(w)) + dw
    return w - lr * config["velocity"], config


def sgd_nesterov(w, dw, config=None):
    config = {} if config is None else config
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    config["velocity"] = mu * config.get("velocity", np.zeros_like(w)) + dw
    return w - lr * (dw + mu * config["velocity"]), config


def rmsprop(w, dw, config=None):
    """The squares stand under a."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    a = config.get("a", np.zeros_like(w))
    config["a"] = config["decay_rate"] * a + (1 - config["decay_rate"]) * dw * dw
    return w - config["learning_rate"] * dw / (np.sqrt(config["a"]) + config["epsilon"]), config


def adagrad(w, dw, config=None):
    config = {} if config is None else config
    config["a"] = config.get("a", np.zeros_like(w)) + dw * dw
    return w - config.get("learning_rate", 1e-2) * dw / (np.sqrt(config["a"]) + config.get("epsilon", 1e-8)), config


def adam(w, dw, config=None):
    """t starts at 1 and is read before it is increased."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 1)
    m = config["m"] = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    v = config["v"] = config["beta2"] * config["v"] + (1 - config["beta2"]) * dw ** 2
    t = config["t"]
    config["t"] = t + 1
    m_hat, v_hat = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"]), config
