# expect: numerical_gradient=passed gradient_descent=passed random_search=passed
# expect-warning: random_search: uniform-candidates
# rand where the notes have randn: other candidates, the same search
import numpy as np


def numerical_gradient(f, x, h=1e-5):
    x = x.astype(np.float64)
    flat = x.reshape(-1)
    g = np.zeros(flat.size)
    for k in range(flat.size):
        keep = flat[k]
        flat[k] = keep + h
        g[k] = f(x)
        flat[k] = keep - h
        g[k] -= f(x)
        flat[k] = keep
    return (g / (2 * h)).reshape(x.shape)


def gradient_descent(gradient, init_x, learning_rate, epoch):
    history = np.zeros((epoch + 1,) + np.shape(init_x))
    history[0] = init_x
    for t in range(epoch):
        history[t + 1] = history[t] - learning_rate * gradient(history[t])
    return history


def random_search(loss_fn, shape, num_tries):
    bestloss = float("inf")
    for num in range(num_tries):
        W = np.random.rand(*shape) * 0.0001
        loss = loss_fn(W)
        if loss < bestloss:
            bestloss = loss
            bestW = W
        print("in attempt %d the loss was %f, best %f" % (num, loss, bestloss))
    return bestloss, bestW
