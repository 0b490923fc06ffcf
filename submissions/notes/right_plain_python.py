# expect: SVM_loss=passed softmax=passed numerical_gradient=passed gradient_descent=passed random_search=passed L_i_vectorized=passed l1_reg=passed l2_reg=passed graph_backward=passed
"""The notes once more without NumPy wherever it goes."""
import math
import random

import numpy as np


def SVM_loss(score):
    total = 0.0
    for i, row in enumerate(score):
        for j, s in enumerate(row):
            if j != i:
                total += max(0, s - row[i] + 1)
    return total / len(score)


def softmax(score):
    total = 0.0
    for i, row in enumerate(score):
        top = max(row)
        total += math.log(sum(math.exp(s - top) for s in row)) - (row[i] - top)
    return total / len(score)


def numerical_gradient(f, x, h=1e-5):
    """Copies of x with one entry moved; x itself is never touched."""
    grad = np.empty(np.shape(x))
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        step = np.zeros(np.shape(x))
        step[it.multi_index] = h
        grad[it.multi_index] = (f(x + step) - f(x - step)) / (2 * h)
        it.iternext()
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = init_x
    trace = [x]
    while len(trace) <= epoch:
        x = x - learning_rate * gradient(x)
        trace.append(x)
    return trace


def random_search(loss_fn, shape, num_tries):
    tries = []
    for k in range(num_tries):
        W = np.array([random.gauss(0, 1e-4) for _ in range(int(np.prod(shape)))]).reshape(shape)
        tries.append((loss_fn(W), k, W))
    loss, _, W = min(tries)
    return loss, W


def L_i_vectorized(x, y, W):
    s = [sum(w * v for w, v in zip(row, x)) for row in W]
    return sum(max(0.0, s[j] - s[y] + 1) for j in range(len(s)) if j != y)


def l1_reg(W):
    return float(sum(abs(w) for row in W for w in row))


def l2_reg(W):
    return float(sum(w * w for row in W for w in row))


def graph_backward(x, y, z):
    # forward
    q = x + y
    f = q * z
    # backward, from the end of the graph
    dq, dz = z * 1.0, q * 1.0
    dx, dy = dq * 1.0, dq * 1.0
    return f, dx, dy, dz
