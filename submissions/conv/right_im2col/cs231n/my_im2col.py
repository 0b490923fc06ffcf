import numpy as np


def places(shape, hh, ww, pad, stride):
  N, C, H, W = shape
  out_h = (H + 2 * pad - hh) // stride + 1
  out_w = (W + 2 * pad - ww) // stride + 1
  i = np.tile(np.repeat(np.arange(hh), ww), C).reshape(-1, 1) + stride * np.repeat(np.arange(out_h), out_w)
  j = np.tile(np.arange(ww), hh * C).reshape(-1, 1) + stride * np.tile(np.arange(out_w), out_h)
  k = np.repeat(np.arange(C), hh * ww).reshape(-1, 1)
  return k, i, j


def im2col(x, hh, ww, pad, stride):
  x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode='constant')
  k, i, j = places((x.shape[0], x.shape[1], x.shape[2] - 2 * pad, x.shape[3] - 2 * pad), hh, ww, pad, stride)
  return x[:, k, i, j].transpose(1, 2, 0).reshape(k.size, -1)


def col2im(cols, shape, hh, ww, pad, stride):
  N, C, H, W = shape
  x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
  k, i, j = places(shape, hh, ww, pad, stride)
  np.add.at(x, (slice(None), k, i, j), cols.reshape(k.size, -1, N).transpose(2, 0, 1))
  return x if pad == 0 else x[:, :, pad:-pad, pad:-pad]
