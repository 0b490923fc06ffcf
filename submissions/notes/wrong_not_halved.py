# expect: numerical_gradient=failed gradient_descent=failed random_search=failed
# expect-diagnosis: numerical_gradient: centred-not-halved+integer-input-truncated
# expect-diagnosis: gradient_descent: last-point-missing
# expect-diagnosis: random_search: search-keeps-maximum
import numpy as np


def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)  # as integer as x
    for i in np.ndindex(x.shape):
        a, b = x.copy(), x.copy()
        a[i] += h
        b[i] -= h
        grad[i] = (f(a) - f(b)) / h
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x, history = init_x, []
    for _ in range(epoch):
        history.append(x)
        x = x - learning_rate * gradient(x)
    return history  # the last point is missing


def random_search(loss_fn, shape, num_tries):
    best_loss, best_W = 0, None
    for _ in range(num_tries):
        W = np.random.randn(*shape) * 0.0001
        loss = loss_fn(W)
        if loss > best_loss:  # keeps the largest
            best_loss, best_W = loss, W
    return best_loss, best_W
