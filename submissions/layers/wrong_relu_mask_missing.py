# expect: affine_forward=passed affine_backward=passed relu_forward=passed relu_backward=failed
# expect-failing: relu_backward: gradient[base; 4-D x] numeric-gradient robustness
# expect-diagnosis: relu_backward: relu-mask-missing
# points: 13.00
import numpy as np


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], w.shape[0]).dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(len(x), -1).T.dot(dout), np.sum(dout, axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    dx = dout  # where is x needed?
    return dx
