# expect: sgd=passed sgd_momentum=passed sgd_nesterov=passed rmsprop=passed adagrad=passed adam=passed
import numpy as np


def sgd(x, dx, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    x -= config['learning_rate'] * dx
    return x, config


def sgd_momentum(x, dx, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('momentum', 0.9)
    v = config.get('velocity')
    if v is None:
        v = np.zeros_like(x)
    v *= config['momentum']
    v -= config['learning_rate'] * dx
    x += v
    config['velocity'] = v
    return x, config


def sgd_nesterov(x, dx, config=None):
    # the other algebra: look ahead from the new velocity
    if config is None: config = {}
    lr, mu = config.setdefault('learning_rate', 1e-2), config.setdefault('momentum', 0.9)
    v = mu * config.get('velocity', 0.0 * x) - lr * dx
    config['velocity'] = v
    return x + mu * v - lr * dx, config


def rmsprop(x, dx, config=None):
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-2)
    config.setdefault('decay_rate', 0.99)
    config.setdefault('epsilon', 1e-8)
    config.setdefault('cache', np.zeros_like(x))
    learning_rate, decay_rate, eps, cache = (
        config['learning_rate'], config['decay_rate'], config['epsilon'], config['cache'])
    cache = np.add(decay_rate * cache, (1.0 - decay_rate) * np.square(dx))
    config['cache'] = cache
    return x - learning_rate * dx / (cache ** 0.5 + eps), config


def adagrad(x, dx, config=None):
    config = dict(config or {})
    cache = config.get('cache', 0) + dx * dx
    x = x - config.get('learning_rate', 1e-2) * np.divide(dx, np.sqrt(cache) + config.get('epsilon', 1e-8))
    config['cache'] = cache
    return x, config


def adam(x, dx, config=None):
    # the corrected rate of the paper instead of corrected moments
    if config is None: config = {}
    config.setdefault('learning_rate', 1e-3)
    config.setdefault('beta1', 0.9)
    config.setdefault('beta2', 0.999)
    config.setdefault('epsilon', 1e-8)
    config.setdefault('m', np.zeros_like(x))
    config.setdefault('v', np.zeros_like(x))
    config.setdefault('t', 0)
    beta1, beta2, eps = config['beta1'], config['beta2'], config['epsilon']
    t, m, v = config['t'], config['m'], config['v']
    m = beta1 * m + (1 - beta1) * dx
    v = beta2 * v + (1 - beta2) * (dx * dx)
    t += 1
    alpha = config['learning_rate'] * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
    x -= alpha * (m / (np.sqrt(v) + eps))
    config['t'] = t
    config['m'] = m
    config['v'] = v
    return x, config
