# expect: numerical_gradient=passed gradient_descent=passed random_search=passed l2_reg=passed
# expect-warning: numerical_gradient: input-mutated
"""The slopes are right; the last entry of x stays shifted by h."""
import numpy as np


def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    before, last = x.astype(float), None
    for ix in np.ndindex(*x.shape):
        plus, minus = before.copy(), before.copy()
        plus[ix] += h
        minus[ix] -= h
        grad[ix] = (f(plus) - f(minus)) / (2 * h)
        last = ix
    x[last] = before[last] + max(h, 1)
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    history = [np.array(init_x, dtype=float)]
    while len(history) <= epoch:
        history.append(history[-1] - learning_rate * np.asarray(gradient(history[-1] if history[-1].shape else float(history[-1]))))
    return np.stack(history)


def random_search(loss_fn, shape, num_tries):
    tries = [np.random.normal(0.0, 1e-4, shape) for _ in range(num_tries)]
    losses = [loss_fn(W) for W in tries]
    best = int(np.argmin(losses))
    return losses[best], tries[best]


def l2_reg(W):
    return float(np.square(W).sum())
