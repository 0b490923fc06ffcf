"""Numerical gradients, by centred differences."""

import numpy as np


def _differences(f, x, h):
    """The index of each entry of x, and f(x + h) - f(x - h) there; x is left as it was."""
    for index in np.ndindex(x.shape):
        before = x[index]
        x[index] = before + h
        above = np.array(f(x), dtype=float)
        x[index] = before - h
        below = np.array(f(x), dtype=float)
        x[index] = before
        yield index, (above - below) / (2 * h)


def eval_numerical_gradient(f, x, verbose=True, h=0.00001):
    """The gradient of a number f(x) at x."""
    grad = np.zeros(x.shape)
    for index, slope in _differences(f, x, h):
        grad[index] = slope
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """The gradient at x of an array f(x) whose own gradient is df."""
    grad = np.zeros(x.shape)
    for index, slope in _differences(f, x, h):
        grad[index] = np.sum(slope * df)
    return grad


def eval_numerical_gradient_blobs(f, inputs, output, h=1e-5):
    """The same for blobs, which have `vals` and `diffs`: f(*inputs, output) fills `output.vals`."""

    def vals(_):
        f(*(*inputs, output))
        return output.vals

    return [eval_numerical_gradient_array(vals, blob.vals, output.diffs, h) for blob in inputs]


def eval_numerical_gradient_net(net, inputs, output, h=1e-5):
    """The same for a net with `forward`."""
    return eval_numerical_gradient_blobs(lambda *args: net.forward(), inputs, output, h=h)


def grad_check_sparse(f, x, analytic_grad, num_checks=10, h=1e-5):
    """Compare a few entries, drawn at random, and print them."""
    for _ in range(num_checks):
        index = tuple(np.random.randint(size) for size in x.shape)
        before = x[index]
        x[index] = before + h
        above = f(x)
        x[index] = before - h
        below = f(x)
        x[index] = before
        numerical, analytic = (above - below) / (2 * h), analytic_grad[index]
        error = abs(numerical - analytic) / (abs(numerical) + abs(analytic))
        print(f"numerical: {numerical:f} analytic: {analytic:f}, relative error: {error:e}")
