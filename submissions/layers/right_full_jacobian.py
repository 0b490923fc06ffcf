# expect: relu_forward=passed relu_backward=passed leaky_relu_forward=passed leaky_relu_backward=passed sigmoid_forward=passed sigmoid_backward=passed tanh_forward=passed tanh_backward=passed
# expect-warning: relu_backward: full-jacobian
# expect-warning: leaky_relu_backward: full-jacobian
# expect-warning: sigmoid_backward: full-jacobian
# expect-warning: tanh_backward:
"""The chain rule as it stands in the book: every local derivative is a matrix. tanh does without."""
import numpy as np


def through(jacobian, dout):
    return (jacobian @ dout.ravel()).reshape(dout.shape)


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    J = np.zeros((cache.size, cache.size))
    np.fill_diagonal(J, cache.ravel() > 0)
    return through(J, dout)


def leaky_relu_forward(x, alpha):
    return np.where(x > 0, x, alpha * x), (x, alpha)


def leaky_relu_backward(dout, cache):
    x, alpha = cache
    return through(np.diag(np.where(x.ravel() > 0, 1.0, alpha)), dout)


def sigmoid_forward(x):
    s = 1.0 / (1.0 + np.exp(-x))
    return s, s


def sigmoid_backward(dout, s):
    flat = s.ravel()
    return through(np.eye(flat.size) * (flat * (1 - flat)), dout)


def tanh_forward(x):
    t = np.tanh(x)
    return t, t


def tanh_backward(dout, t):
    return dout * (1 - t * t)
