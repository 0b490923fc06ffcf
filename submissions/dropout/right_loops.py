# expect: dropout_forward=passed dropout_backward=passed
from __future__ import division

import numpy as np


class Dropout(object):
    def __init__(self, param):
        self.p = param['p']
        self.train = param['mode'] == 'train'
        self.seed = param.get('seed', None)
        self.kept = []

    def forward(self, x):
        if not self.train:
            return 1.0 * x
        np.random.seed(self.seed)
        flat = x.ravel()
        out = np.zeros(flat.shape[0], dtype=x.dtype)
        for i in xrange(flat.shape[0]):
            if np.random.random() <= self.p:
                out[i] = flat[i] / self.p
                self.kept.append(i)
        return out.reshape(x.shape)

    def backward(self, dout):
        if not self.train:
            return 1.0 * dout
        dx = np.zeros_like(dout)
        for i in self.kept:
            dx.flat[i] += dout.flat[i] / self.p
        return dx


def dropout_forward(x, dropout_param):
    layer = Dropout(dropout_param)
    return layer.forward(x), layer


def dropout_backward(dout, layer):
    return layer.backward(dout)
