# expect: sgd=passed sgd_momentum=passed sgd_nesterov=passed rmsprop=passed adagrad=passed adam=passed
import matplotlib.pyplot as plt
import numpy as np


def settings(config, **defaults):
    if config is None:
        config = {}
    for name in defaults:
        config.setdefault(name, defaults[name])
    return config


def sgd(w, dw, config=None):
    config = settings(config, learning_rate=1e-2)
    w = w - config['learning_rate'] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    config = settings(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))
    v = config['momentum'] * config['velocity'] - config['learning_rate'] * dw
    config['velocity'] = v
    return w + v, config


def sgd_nesterov(w, dw, config=None):
    config = settings(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))
    mu = config['momentum']
    v_prev = config['velocity']
    v = mu * v_prev - config['learning_rate'] * dw
    w = w + (-mu * v_prev + (1 + mu) * v)
    config['velocity'] = v
    return w, config


def adagrad(w, dw, config=None):
    config = settings(config, learning_rate=1e-2, epsilon=1e-8, cache=np.zeros_like(w))
    config['cache'] = config['cache'] + dw ** 2
    return w - config['learning_rate'] * dw / (np.sqrt(config['cache']) + config['epsilon']), config


def rmsprop(w, dw, config=None):
    config = settings(config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w))
    config['cache'] = config['decay_rate'] * config['cache'] + (1 - config['decay_rate']) * dw ** 2
    return w - config['learning_rate'] * dw / (np.sqrt(config['cache']) + config['epsilon']), config


def adam(w, dw, config=None):
    config = settings(config, learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0,
                      m=np.zeros_like(w), v=np.zeros_like(w))
    b1, b2 = config['beta1'], config['beta2']
    config['t'] += 1
    config['m'] = b1 * config['m'] + (1 - b1) * dw
    config['v'] = b2 * config['v'] + (1 - b2) * dw ** 2
    mb = config['m'] / (1 - b1 ** config['t'])
    vb = config['v'] / (1 - b2 ** config['t'])
    return w - config['learning_rate'] * mb / (np.sqrt(vb) + config['epsilon']), config


# a long narrow valley: x ** 2 / 20 + y ** 2
for name, rule, lr in (('SGD', sgd, 0.95), ('Momentum', sgd_momentum, 0.1), ('Nesterov', sgd_nesterov, 0.1),
                       ('AdaGrad', adagrad, 1.5), ('RMSProp', rmsprop, 0.1), ('Adam', adam, 0.3)):
    w, config = np.array([-7.0, 2.0]), {'learning_rate': lr}
    path = [w]
    for i in range(1001):
        w, config = rule(w, np.array([w[0] / 10, 2 * w[1]]), config)
        path.append(w)
    path = np.array(path)
    plt.plot(path[:, 0], path[:, 1], 'o-', label=name)
    print(name, path[-1])
plt.contour(*np.meshgrid(np.arange(-10, 10, 0.5), np.arange(-5, 5, 0.5)), np.zeros((20, 40)))
plt.legend()
plt.show()
