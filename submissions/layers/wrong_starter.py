# expect: affine_forward=not-implemented affine_backward=not-implemented relu_forward=not-implemented relu_backward=not-implemented leaky_relu_forward=not-implemented leaky_relu_backward=not-implemented sigmoid_forward=not-implemented sigmoid_backward=not-implemented tanh_forward=not-implemented tanh_backward=not-implemented softmax_loss=not-implemented svm_loss=not-implemented
import numpy as np


def affine_forward(x, w, b):
    out = None
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = None, None, None
    return dx, dw, db


def relu_forward(x):
    out = None
    cache = x
    return out, cache


def relu_backward(dout, cache):
    dx, x = None, cache
    return dx


def leaky_relu_forward(x, alpha):
    pass


def leaky_relu_backward(dout, cache):
    pass


def sigmoid_forward(x):
    raise NotImplementedError


def sigmoid_backward(dout, cache):
    raise NotImplementedError


def tanh_forward(x):
    return None


def tanh_backward(dout, cache):
    return None


def softmax_loss(x, y):
    loss, dx = None, None
    return loss, dx


def svm_loss(x, y):
    loss, dx = 0.0, np.zeros(x.shape)
    return loss, dx
