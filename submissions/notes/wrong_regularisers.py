# expect: L_i_vectorized=failed l1_reg=failed l2_reg=failed graph_backward=failed random_search=failed
# expect-diagnosis: random_search: candidate-buffer-reused
# expect-diagnosis: L_i_vectorized: correct-class-counted-in-loss-only
# expect-diagnosis: l1_reg: reg-absolute-value-missing
# expect-diagnosis: l2_reg: reg-unsquared-norm
# expect-diagnosis: graph_backward: product-inputs-not-swapped
import numpy as np


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    return np.sum(np.maximum(0, scores - scores[y] + 1))


def l1_reg(W):
    return abs(np.sum(W))


def l2_reg(W):
    return np.sqrt(np.sum(W * W))


def graph_backward(x, y, z):
    q = x + y
    f = q * z
    dq, dz = q, z  # exchanged
    return f, dq, dq, dz


def random_search(loss_fn, shape, num_tries):
    W = np.empty(shape)
    bestloss, bestW = np.inf, W
    for _ in range(num_tries):
        W[...] = np.random.randn(*shape) * 1e-4  # one buffer for all of them
        loss = loss_fn(W)
        if loss < bestloss:
            bestloss, bestW = loss, W
    return bestloss, bestW
