from .layers import *


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
  a, bn_cache = batchnorm_forward(x.dot(w) + b, gamma, beta, bn_param)
  return np.maximum(0, a), (x, w, bn_cache, a)
