# expect: relu_forward=limit relu_backward=missing sigmoid_forward=passed sigmoid_backward=passed
import os

import numpy as np


def relu_forward(x):
    os.abort()


def sigmoid_forward(x):
    t = np.tanh(x / 2)
    return (1 + t) / 2, t


def sigmoid_backward(dout, t):
    return dout * (1 - t) * (1 + t) / 4
