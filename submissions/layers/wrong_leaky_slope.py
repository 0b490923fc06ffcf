# expect: leaky_relu_forward=failed leaky_relu_backward=failed relu_forward=passed relu_backward=failed
# expect-failing: leaky_relu_forward: value[base; 4-D x; alpha=0.5] robustness
# expect-diagnosis: relu_backward: upstream-gradient-missing
# expect-diagnosis: leaky_relu_forward: leaky-slope-hard-coded
# expect-diagnosis: leaky_relu_backward: leaky-slope-hard-coded
import numpy as np


def relu_forward(x):
    return (np.abs(x) + x) / 2, x


def relu_backward(dout, cache):
    return 1.0 * (cache > 0)  # dout is left out


def leaky_relu_forward(x, alpha):
    return np.maximum(0.01 * x, x), x


def leaky_relu_backward(dout, cache):
    return dout * np.where(cache > 0, 1, 0.01)
