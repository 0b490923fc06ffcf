from past.builtins import xrange

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
  """The edition of 2016 and 2017, before layer normalization."""
  mode = bn_param['mode']
  eps = bn_param.get('eps', 1e-5)
  momentum = bn_param.get('momentum', 0.9)

  N, D = x.shape
  running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
  running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

  out, cache = None, None
  if mode == 'train':
    sample_mean = np.mean(x, axis=0, keepdims=True)
    sample_var = np.var(x, axis=0, keepdims=True)
    x_normalized = (x - sample_mean) / np.sqrt(sample_var + eps)
    out = gamma * x_normalized + beta
    cache = (x_normalized, gamma, beta, sample_mean, sample_var, x, eps)
    running_mean = momentum * running_mean + (1 - momentum) * sample_mean.reshape(D)
    running_var = momentum * running_var + (1 - momentum) * sample_var.reshape(D)
  elif mode == 'test':
    x_normalized = (x - running_mean) / np.sqrt(running_var + eps)
    out = gamma * x_normalized + beta
  else:
    raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

  bn_param['running_mean'] = running_mean
  bn_param['running_var'] = running_var
  return out, cache


def batchnorm_backward(dout, cache):
  (x_normalized, gamma, beta, sample_mean, sample_var, x, eps) = cache
  N, D = x.shape
  dx = np.zeros_like(x)
  inv = 1.0 / np.sqrt(sample_var + eps)
  dx_norm = dout * gamma
  dvar = np.sum(dx_norm * (x - sample_mean) * -0.5 * inv ** 3, axis=0)
  dmean = np.sum(-dx_norm * inv, axis=0) + dvar * np.mean(-2.0 * (x - sample_mean), axis=0)
  for i in xrange(N):
    dx[i] = dx_norm[i] * inv + dvar * 2.0 * (x[i] - sample_mean) / N + dmean / N
  return dx, np.sum(dout * x_normalized, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout, cache):
  (x_normalized, gamma, beta, sample_mean, sample_var, x, eps) = cache
  N = x.shape[0]
  dgamma = np.sum(dout * x_normalized, axis=0)
  dbeta = np.sum(dout, axis=0)
  dx = gamma / N / np.sqrt(sample_var + eps) * (-dgamma * x_normalized + N * dout - dbeta)
  return dx, dgamma, dbeta
