# expect: conv_forward_naive=passed conv_backward_naive=passed max_pool_forward_naive=passed max_pool_backward_naive=passed
from past.builtins import xrange

import numpy as np

from cs231n.my_im2col import im2col, col2im


def conv_forward_naive(x, w, b, conv_param):
  stride, pad = conv_param['stride'], conv_param['pad']
  N, C, H, W = x.shape
  F, C, HH, WW = w.shape
  H_out = (H + 2 * pad - HH) / stride + 1
  W_out = (W + 2 * pad - WW) / stride + 1
  x_cols = im2col(x, HH, WW, pad, stride)
  out = w.reshape(F, -1).dot(x_cols) + b.reshape(-1, 1)
  out = out.reshape(F, int(H_out), int(W_out), N).transpose(3, 0, 1, 2)
  return out, (x, w, b, conv_param, x_cols)


def conv_backward_naive(dout, cache):
  x, w, b, conv_param, x_cols = cache
  F, C, HH, WW = w.shape
  d = dout.transpose(1, 2, 3, 0).reshape(F, -1)
  db = np.sum(d, axis=1)
  dw = d.dot(x_cols.T).reshape(w.shape)
  dx = col2im(w.reshape(F, -1).T.dot(d), x.shape, HH, WW, conv_param['pad'], conv_param['stride'])
  return dx, dw, db


def max_pool_forward_naive(x, pool_param):
  N, C, H, W = x.shape
  hh, ww, stride = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
  cols = im2col(x.reshape(N * C, 1, H, W), hh, ww, 0, stride)
  where = np.argmax(cols, axis=0)
  out = cols[where, np.arange(where.size)]
  H_out, W_out = 1 + (H - hh) // stride, 1 + (W - ww) // stride
  out = out.reshape(H_out, W_out, N, C).transpose(2, 3, 0, 1)
  return out, (x, cols.shape, where, pool_param)


def max_pool_backward_naive(dout, cache):
  x, shape, where, pool_param = cache
  N, C, H, W = x.shape
  d = np.zeros(shape)
  d[where, xrange(where.size)] = dout.transpose(2, 3, 0, 1).ravel()
  dx = col2im(d, (N * C, 1, H, W), pool_param['pool_height'], pool_param['pool_width'], 0, pool_param['stride'])
  return dx.reshape(x.shape)
