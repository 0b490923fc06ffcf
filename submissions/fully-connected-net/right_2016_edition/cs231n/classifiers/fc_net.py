import numpy as np

from cs231n.layers import *
from cs231n.layer_utils import *


class FullyConnectedNet(object):
  """ The first edition: dropout is the probability of dropping, and two spaces indent. """

  def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10,
               dropout=0, use_batchnorm=False, reg=0.0,
               weight_scale=1e-2, dtype=np.float32, seed=None):
    self.use_batchnorm = use_batchnorm
    self.use_dropout = dropout > 0
    self.reg = reg
    self.num_layers = 1 + len(hidden_dims)
    self.dtype = dtype
    self.params = {}

    fan_in = input_dim
    for k in xrange(self.num_layers - 1):
      fan_out = hidden_dims[k]
      self.params['W%d' % (k + 1)] = np.random.normal(0, weight_scale, (fan_in, fan_out))
      self.params['b%d' % (k + 1)] = np.zeros(fan_out)
      if use_batchnorm:
        self.params['gamma%d' % (k + 1)] = np.ones(fan_out)
        self.params['beta%d' % (k + 1)] = np.zeros(fan_out)
      fan_in = fan_out
    self.params['W%d' % self.num_layers] = np.random.normal(0, weight_scale, (fan_in, num_classes))
    self.params['b%d' % self.num_layers] = np.zeros(num_classes)

    self.dropout_param = {}
    if self.use_dropout:
      self.dropout_param = {'mode': 'train', 'p': dropout}
      if seed is not None:
        self.dropout_param['seed'] = seed

    self.bn_params = []
    if self.use_batchnorm:
      self.bn_params = [{'mode': 'train'} for i in xrange(self.num_layers - 1)]

    for k, v in self.params.iteritems():
      self.params[k] = v.astype(dtype)

  def loss(self, X, y=None):
    X = X.astype(self.dtype)
    mode = 'test' if y is None else 'train'
    if self.dropout_param is not None:
      self.dropout_param['mode'] = mode
    if self.use_batchnorm:
      for bn_param in self.bn_params:
        bn_param[mode] = mode    # as it was handed out

    h = X
    caches = []
    for k in xrange(1, self.num_layers):
      W, b = self.params['W%d' % k], self.params['b%d' % k]
      if self.use_batchnorm:
        gamma, beta = self.params['gamma%d' % k], self.params['beta%d' % k]
        h, cache = affine_batchnorm_relu_forward(h, W, b, gamma, beta, self.bn_params[k - 1])
      else:
        h, cache = affine_relu_forward(h, W, b)
      if self.use_dropout:
        h, drop = dropout_forward(h, self.dropout_param)
        cache = (cache, drop)
      caches.append(cache)
    n = self.num_layers
    scores, last = affine_forward(h, self.params['W%d' % n], self.params['b%d' % n])
    if mode == 'test':
      return scores

    loss, dh = softmax_loss(scores, y)
    grads = {}
    dh, grads['W%d' % n], grads['b%d' % n] = affine_backward(dh, last)
    for k in xrange(n - 1, 0, -1):
      cache = caches.pop()
      if self.use_dropout:
        cache, drop = cache
        dh = dropout_backward(dh, drop)
      if self.use_batchnorm:
        dh, dW, db, dgamma, dbeta = affine_batchnorm_relu_backward(dh, cache)
        grads['gamma%d' % k] = dgamma
        grads['beta%d' % k] = dbeta
      else:
        dh, dW, db = affine_relu_backward(dh, cache)
      grads['W%d' % k] = dW
      grads['b%d' % k] = db
    for k in xrange(1, n + 1):
      W = self.params['W%d' % k]
      loss += 0.5 * self.reg * np.sum(W * W)
      grads['W%d' % k] += self.reg * W
    return loss, grads
