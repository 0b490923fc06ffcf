# expect: init_weights=passed activation_stats=passed
import numpy as np
import matplotlib.pyplot as plt


def init_weights(fan_in, fan_out, kind):
    std = 0.0
    if kind == "small":
        std = 0.01
    if kind == "xavier":
        std = (1 / fan_in) ** 0.5
    if kind == "he":
        std = (2 / fan_in) ** 0.5
    rows = []
    for _ in range(fan_in):
        rows.append(np.random.normal(0, std, fan_out))
    return np.array(rows)


def activation_stats(X, weights, activation):
    layers = []
    h = X
    for number, W in enumerate(weights):
        h = activation(np.matmul(h, W))
        mean = sum(h.ravel()) / h.size
        zeros = sum(1 for value in h.ravel() if value == 0)
        variance = sum((value - mean) ** 2 for value in h.ravel()) / h.size
        layers.append((mean, variance ** 0.5, zeros / h.size, number))
    return tuple(layers)


def show(stats):
    plt.plot([layer[1] for layer in stats])
    plt.show()
