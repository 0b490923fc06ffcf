# expect: init_weights=passed activation_stats=passed
import numpy as np
import matplotlib.pyplot as plt


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def init_weights(fan_in, fan_out, kind):
    if kind == 'zeros':
        return np.zeros((fan_in, fan_out))
    if kind == 'small':
        return np.random.randn(fan_in, fan_out) * 0.01
    if kind == 'xavier':
        return np.random.randn(fan_in, fan_out) / np.sqrt(fan_in)
    if kind == 'he':
        return np.random.randn(fan_in, fan_out) / np.sqrt(fan_in / 2)


def activation_stats(X, weights, activation):
    result = []
    z = X
    for w in weights:
        a = np.dot(z, w)
        z = activation(a)
        result.append((z.mean(), z.std(), np.count_nonzero(z == 0) / z.size))
    return result


x = np.random.randn(200, 50)
node_num, hidden_layer_size = 50, 5
for kind in ['zeros', 'small', 'xavier', 'he']:
    for act in (np.tanh, sigmoid, lambda t: np.maximum(0, t)):
        activations = {}
        h = x
        for i in range(hidden_layer_size):
            if i != 0:
                h = activations[i - 1]
            w = init_weights(node_num, node_num, kind)
            activations[i] = act(np.dot(h, w))
        for i, a in activations.items():
            plt.subplot(1, len(activations), i + 1)
            plt.title(str(i + 1) + '-layer')
            plt.hist(a.flatten(), 30, range=(0, 1))
        plt.show()
        print(kind, activation_stats(x, [init_weights(50, 50, kind) for _ in range(5)], act)[-1])
