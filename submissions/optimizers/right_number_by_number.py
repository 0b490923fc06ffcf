# expect: sgd=passed sgd_momentum=passed sgd_nesterov=passed rmsprop=passed adagrad=passed adam=passed
import numpy as np


def _each(update, *arrays):
    """An update of single numbers, number by number."""
    return [np.array(out).reshape(arrays[0].shape) for out in zip(*(update(*row) for row in zip(*(a.ravel() for a in arrays))))]


def _with(config, **defaults):
    return {**defaults, **({} if config is None else config)}


def sgd(w, dw, config=None):
    config = _with(config, learning_rate=0.01)
    lr = config["learning_rate"]
    (new,) = _each(lambda a, g: (a - lr * g,), w, dw)
    return new, config


def sgd_momentum(w, dw, config=None, verbose=False):
    config = _with(config, learning_rate=0.01, momentum=0.9, velocity=np.zeros(w.shape))
    lr, mu = config["learning_rate"], config["momentum"]
    new, config["velocity"] = _each(lambda a, g, v: (a + mu * v - lr * g, mu * v - lr * g), w, dw, config["velocity"])
    if verbose:
        print(new)
    return new, config


def sgd_nesterov(w, dw, config=None):
    config = _with(config, learning_rate=0.01, momentum=0.9, velocity=np.zeros(w.shape))
    lr, mu = config["learning_rate"], config["momentum"]

    def one(a, g, v):
        new = mu * v - lr * g
        return a - mu * v + new + mu * new, new

    new, config["velocity"] = _each(one, w, dw, config["velocity"])
    return new, config


def rmsprop(w, dw, config=None):
    config = _with(config, learning_rate=0.01, decay_rate=0.99, epsilon=1e-8, cache=np.zeros(w.shape))
    lr, d, eps = config["learning_rate"], config["decay_rate"], config["epsilon"]

    def one(a, g, c):
        c = d * c + (1 - d) * g * g
        return a - lr * g / (c ** 0.5 + eps), c

    new, config["cache"] = _each(one, w, dw, config["cache"])
    return new, config


def adagrad(w, dw, config=None):
    config = _with(config, learning_rate=0.01, epsilon=1e-8, cache=np.zeros(w.shape))
    lr, eps = config["learning_rate"], config["epsilon"]
    new, config["cache"] = _each(
        lambda a, g, c: (a - lr * g / ((c + g * g) ** 0.5 + eps), c + g * g), w, dw, config["cache"]
    )
    return new, config


def adam(w, dw, config=None):
    config = _with(
        config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, m=np.zeros(w.shape), v=np.zeros(w.shape), t=0
    )
    config["t"] += 1
    lr, b1, b2, eps, t = (config[k] for k in ("learning_rate", "beta1", "beta2", "epsilon", "t"))

    def one(a, g, m, v):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        return a - lr * (m / (1 - b1 ** t)) / ((v / (1 - b2 ** t)) ** 0.5 + eps), m, v

    new, config["m"], config["v"] = _each(one, w, dw, config["m"], config["v"])
    return new, config, "extra"
