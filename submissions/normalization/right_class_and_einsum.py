# expect: batchnorm_forward=passed batchnorm_backward=passed batchnorm_backward_alt=passed layernorm_forward=passed layernorm_backward=passed
import numpy as np


class Normalized:
    """What a forward pass leaves behind; `axis` is the one that is averaged over."""

    def __init__(self, x, gamma, eps, axis):
        self.axis, self.gamma = axis, gamma
        self.mean = x.mean(axis=axis, keepdims=True)
        self.var = ((x - self.mean) ** 2).mean(axis=axis, keepdims=True)
        self.inv = (self.var + eps) ** -0.5
        self.hat = (x - self.mean) * self.inv

    def backward(self, dout):
        g = dout * self.gamma
        dgamma = np.einsum('nd,nd->d', dout, self.hat)
        dbeta = np.einsum('nd->d', dout)
        centered = g - g.mean(axis=self.axis, keepdims=True)
        dx = self.inv * (centered - self.hat * (g * self.hat).mean(axis=self.axis, keepdims=True))
        return dx, dgamma, dbeta


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', .9)
    if bn_param['mode'] == 'test':
        scale = gamma / np.sqrt(bn_param['running_var'] + eps)
        return x * scale + (beta - bn_param['running_mean'] * scale), None
    cache = Normalized(x, gamma, eps, axis=0)
    for key, batch in (('running_mean', cache.mean[0]), ('running_var', cache.var[0])):
        bn_param[key] = momentum * bn_param.get(key, 0) + (1 - momentum) * batch
    return cache.hat * gamma + beta, cache


def batchnorm_backward(dout, cache):
    return cache.backward(dout)


batchnorm_backward_alt = batchnorm_backward


def layernorm_forward(x, gamma, beta, ln_param):
    cache = Normalized(x, gamma, ln_param.get('eps', 1e-5), axis=1)
    return cache.hat * gamma + beta, cache


def layernorm_backward(dout, cache):
    return cache.backward(dout)
