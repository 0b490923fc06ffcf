# expect: batchnorm_forward=passed batchnorm_backward=passed batchnorm_backward_alt=passed layernorm_forward=passed layernorm_backward=passed
# expect-warning: layernorm_backward: input-mutated
from __future__ import print_function, division

import numpy as np

DEBUG = False


def batchnorm_forward(x, gamma, beta, bn_param, verbose=False):
    eps = bn_param.setdefault('eps', 1e-5)
    momentum = bn_param.setdefault('momentum', 0.9)
    bn_param.setdefault('running_mean', np.zeros(x.shape[1]))
    bn_param.setdefault('running_var', np.zeros(x.shape[1]))
    if bn_param['mode'] == 'train':
        mean, std2 = x.mean(0), x.var(0)
        bn_param['running_mean'] *= momentum
        bn_param['running_mean'] += (1 - momentum) * mean
        bn_param['running_var'] *= momentum
        bn_param['running_var'] += (1 - momentum) * std2
    else:
        mean, std2 = bn_param['running_mean'], bn_param['running_var']
    out = x - mean
    out /= np.sqrt(std2 + eps)
    cache = {'hat': out.copy(), 'gamma': gamma, 'root': np.sqrt(std2 + eps), 'x': x, 'mean': mean}
    out *= gamma
    out += beta
    if verbose or DEBUG:
        print('mean', mean)
    return out, cache, mean, std2


def batchnorm_backward(dout, cache):
    x, mean, root, gamma = cache['x'], cache['mean'], cache['root'], cache['gamma']
    N = x.shape[0]
    dbeta = dout.sum(0)
    dgamma = (dout * cache['hat']).sum(0)
    dhat = gamma * dout
    dvar = (dhat * (x - mean) * (-1 / 2) * root ** -3).sum(0)
    dmean = (-dhat / root).sum(0) + dvar * (-2 * (x - mean)).sum(0) / N
    dx = dhat / root
    dx += 2 * dvar * (x - mean) / N
    dx += dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    hat, root = cache['hat'], cache['root']
    dbeta = dout.sum(0)
    dgamma = (dout * hat).sum(0)
    dx = dout - dbeta / len(dout)
    dx -= hat * (dgamma / len(dout))
    dx *= cache['gamma'] / root
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    root = np.sqrt(x.var(1, keepdims=True) + ln_param.get('eps', 1e-5))
    hat = (x - x.mean(1, keepdims=True)) / root
    return hat * gamma + beta, (hat, root, gamma)


def layernorm_backward(dout, cache):
    hat, root, gamma = cache
    dgamma, dbeta = (dout * hat).sum(0), dout.sum(0)
    dout *= gamma  # nobody needs it any more
    dx = dout - dout.mean(1, keepdims=True)
    dx -= hat * (dout * hat).mean(1, keepdims=True)
    return dx / root, dgamma, dbeta
