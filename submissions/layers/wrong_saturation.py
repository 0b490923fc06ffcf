# expect: sigmoid_forward=failed sigmoid_backward=failed tanh_forward=failed tanh_backward=failed
# expect-failing: sigmoid_forward: robustness[±1000]
# expect-diagnosis: sigmoid_forward: saturation-overflow
# expect-diagnosis: tanh_forward: saturation-overflow
# expect-diagnosis: tanh_backward: tanh-derivative-unsquared
import numpy as np


def sigmoid_forward(x):
    out = np.exp(x) / (1 + np.exp(x))
    return out, out


def sigmoid_backward(dout, out):
    return dout * out * (1 - out)


def tanh_forward(x):
    out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return out, out


def tanh_backward(dout, out):
    return dout * (1 - out)
