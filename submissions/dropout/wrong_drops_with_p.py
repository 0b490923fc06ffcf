# expect: dropout_forward=failed dropout_backward=passed
# expect-diagnosis: dropout_forward: dropout-drop-probability
# points: 9.25
import numpy as np


def dropout_forward(x, dropout_param):
    p, mask = dropout_param['p'], 1.0
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    if dropout_param['mode'] == 'train':
        mask = (np.random.rand(*x.shape) >= p) / (1.0 - p)
    return x * mask, mask


def dropout_backward(dout, cache):
    return dout * cache
