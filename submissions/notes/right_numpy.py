# expect: SVM_loss=passed softmax=passed numerical_gradient=passed gradient_descent=passed random_search=passed L_i_vectorized=passed l1_reg=passed l2_reg=passed graph_backward=passed
import numpy as np


def SVM_loss(score):
    score = np.asarray(score, dtype=float)
    label = np.arange(score.shape[0])
    margins = np.maximum(0, score - score[label, label][:, None] + 1)
    margins[label, label] = 0
    return margins.sum() / score.shape[0]


def softmax(score):
    score = np.asarray(score, dtype=float)
    score = score - score.max(axis=1, keepdims=True)
    log_p = score - np.log(np.exp(score).sum(axis=1, keepdims=True))
    return -np.mean(np.diagonal(log_p))


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        old = x[place]
        x[place] = old + h
        up = f(x)
        x[place] = old - h
        down = f(x)
        x[place] = old
        grad[place] = (up - down) / (2 * h)
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    history = [np.array(init_x, dtype=float)]
    for _ in range(epoch):
        history.append(history[-1] - learning_rate * gradient(history[-1]))
    return np.array(history)


def random_search(loss_fn, shape, num_tries):
    best_loss, best_W = np.inf, None
    for _ in range(num_tries):
        W = np.random.randn(*shape) * 1e-4
        loss = loss_fn(W)
        if loss < best_loss:
            best_loss, best_W = loss, W
    return best_loss, best_W


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


def l1_reg(W):
    return np.sum(np.abs(W))


def l2_reg(W):
    return np.sum(np.square(W))


def graph_backward(x, y, z):
    q = x + y
    return q * z, z, z, q
