# expect: gradient_descent=failed l1_reg=passed l2_reg=failed
# expect-failing: gradient_descent: contract[base; lr=0.8; lr=0.01] value[base; lr=0.8; lr=0.01] robustness[matrix; epoch=0] deterministic
import numpy as np


def gradient_descent(gradient, init_x, learning_rate, epoch, history=[]):
    # the list is made once and remembers every descent there ever was
    x = init_x
    history.append(x)
    for _ in range(epoch):
        x = x - learning_rate * gradient(x)
        history.append(x)
    return list(history)


def l1_reg(W):
    return np.absolute(W).sum(axis=0).sum()


def l2_reg(W):
    return 0.5 * np.sum(W * W)
