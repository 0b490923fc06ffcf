import numpy as np


def affine_forward(x, w, b):
  flat = x.reshape(x.shape[0], np.prod(x.shape[1:]))
  return flat.dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
  x, w, b = cache
  flat = x.reshape(x.shape[0], -1)
  return dout.dot(w.T).reshape(x.shape), flat.T.dot(dout), np.sum(dout, axis=0)


def relu_forward(x):
  out = x * (x > 0)
  return out, x


def relu_backward(dout, cache):
  dx = dout.copy()
  dx[cache < 0] = 0
  return dx


def batchnorm_forward(x, gamma, beta, bn_param):
  mode = bn_param['mode']
  eps = bn_param.get('eps', 1e-5)
  momentum = bn_param.get('momentum', 0.9)
  N, D = x.shape
  running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
  running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
  if mode == 'train':
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu ** 2, axis=0)
    ivar = 1. / np.sqrt(var + eps)
    xhat = xmu * ivar
    cache = (xhat, xmu, ivar, gamma)
    running_mean = momentum * running_mean + (1 - momentum) * mu
    running_var = momentum * running_var + (1 - momentum) * var
  else:
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    cache = None
  bn_param['running_mean'] = running_mean
  bn_param['running_var'] = running_var
  return gamma * xhat + beta, cache


def batchnorm_backward(dout, cache):
  # node by node, as on the board
  xhat, xmu, ivar, gamma = cache
  N = float(dout.shape[0])
  dbeta = np.sum(dout, axis=0)
  dgamma = np.sum(dout * xhat, axis=0)
  dxhat = dout * gamma
  divar = np.sum(dxhat * xmu, axis=0)
  dvar = divar * -0.5 * ivar ** 3
  dxmu = dxhat * ivar + 2 * xmu * dvar / N
  dmu = -np.sum(dxmu, axis=0)
  return dxmu + dmu / N, dgamma, dbeta


def dropout_forward(x, dropout_param):
  p, mode = dropout_param['p'], dropout_param['mode']
  if 'seed' in dropout_param:
    np.random.seed(dropout_param['seed'])
  mask = None
  out = x
  if mode == 'train':
    mask = (np.random.rand(*x.shape) >= p) / (1 - p)   # p drops
    out = x * mask
  return out, (dropout_param, mask)


def dropout_backward(dout, cache):
  dropout_param, mask = cache
  return dout * mask if dropout_param['mode'] == 'train' else dout


def softmax_loss(x, y):
  probs = np.exp(x - np.max(x, axis=1, keepdims=True))
  probs /= np.sum(probs, axis=1, keepdims=True)
  N = x.shape[0]
  loss = -np.sum(np.log(probs[np.arange(N), y])) / N
  dx = probs.copy()
  dx[np.arange(N), y] -= 1
  dx /= N
  return loss, dx
