# expect: numerical_gradient=failed gradient_descent=failed
# expect-failing: numerical_gradient: contract[base; h=1e-5] gradient[base; h=1e-5] robustness
# points: 0.00
import numpy as np


def numerical_gradient(f, x, h=1e-5):
    h = 0.01
    grad = np.zeros((3, 4))
    fx = f(x)
    for i in range(3):
        for j in range(4):
            x[i, j] += h
            grad[i, j] = (f(x) - fx) / h
            # the step is not taken back
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = np.asarray(init_x)
    history = []
    for _ in range(epoch + 1):
        history.append(x)
        x -= learning_rate * gradient(x)  # in place: every entry is the same array
    return history
