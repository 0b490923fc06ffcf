# expect: dropout_forward=passed dropout_backward=passed
import numpy as np


def dropout_forward(x, dropout_param, verbose=False):
    p, mode = dropout_param['p'], dropout_param['mode']
    seed = dropout_param.get('seed')
    if seed is not None:
        np.random.seed(seed)
    if mode == 'test':
        return x.copy(), (mode, None, p), 'nothing dropped'
    keep = np.random.binomial(1, p, size=x.shape)
    out = np.where(keep == 1, x / p, 0)
    if verbose:
        print('kept %.2f' % keep.mean())
    return out, (mode, keep, p), 'dropped'


def dropout_backward(dout, cache):
    mode, keep, p = cache
    if mode == 'test':
        return dout
    dx = dout / p
    dx[keep == 0] = 0
    return dx
